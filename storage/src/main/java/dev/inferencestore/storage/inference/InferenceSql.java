package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.filter.FilterSql;
import org.jspecify.annotations.Nullable;

/** Statements that read inferences. Times are microseconds; every one looks at so many rows and no more. */
final class InferenceSql {
    /** How far the model can be seen. A model that is unregistered is seen where holds keep it only. */
    static final String SEEN = """
            SELECT m.deleted, micros(f.record_visible) AS record_floor,
                   EXISTS (SELECT 1 FROM holds h WHERE h.model_id = m.model_id AND h.lifted_seq IS NULL) AS any_hold
            FROM models m JOIN floors f USING (model_id) WHERE m.model_id = :modelId
            """;

    private static final String HELD = " OR is_held(i.model_id, i.inference_id, i.created_at)";

    private static final String BY_TIME = "inferences i";

    /** Of each id the next rows, in the order of the list and no more than a page looks at. */
    private static final String BY_ID = """
            (SELECT DISTINCT unnest(CAST(:ids AS text[])) AS inference_id) k
                CROSS JOIN LATERAL (SELECT i.* FROM inferences i
                                    WHERE i.model_id = :modelId AND i.inference_id = k.inference_id
                                      AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)%2$s
                                    ORDER BY i.created_at %1$s, i.part %1$s LIMIT :rows) i""";

    /**
     * Of each value of an indexed key the next rows, in the order of the list and no more than a page looks at. The model is
     * written out, in the form that ids have: the index is one of its rows only, which the planner must see.
     */
    private static final String BY_KEY = """
            (SELECT DISTINCT CAST(x AS jsonb) AS value FROM unnest(CAST(:indexed AS text[])) x) v
                CROSS JOIN LATERAL (SELECT i.* FROM inferences i
                                    WHERE i.model_id = '%1$s' AND (i.metadata -> %2$s) IS NOT NULL
                                      AND jsonb_hash_extended(i.metadata -> %2$s, 0) = jsonb_hash_extended(v.value, 0)
                                      AND (i.metadata -> %2$s) = v.value
                                      AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)%4$s
                                    ORDER BY i.created_at %3$s, i.inference_id %3$s, i.part %3$s LIMIT :rows) i""";

    /**
     * The next rows in the order of the list: those that are meant, and the last one that was looked at. What a row weighs
     * is what a page would show of it.
     */
    private static final String SCAN = """
            SELECT inference_id, micros(created_at) AS created_at, part, meets, weight, looked
            FROM (SELECT s.*, count(*) OVER () AS looked,
                         row_number() OVER (ORDER BY s.created_at %1$s, s.inference_id %1$s, s.part %1$s) AS n
                  FROM (SELECT i.inference_id, i.created_at, i.part, (%2$s) AND (%3$s) AS meets,
                               least(i.output_size, :mostOutput) + coalesce(pg_column_size(i.metadata), 0) AS weight
                        FROM %4$s
                        WHERE i.model_id = :modelId AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)%5$s
                        ORDER BY i.created_at %1$s, i.inference_id %1$s, i.part %1$s LIMIT :rows) s) r
            WHERE meets OR n = looked ORDER BY n
            """;

    private static final String AFTER = """

                              AND i.created_at %1$s= at_micros(:afterTime)
                              AND (i.created_at, i.inference_id, i.part) %1$s (at_micros(:afterTime), :afterId, :afterPart)""";

    /** The next row of the same id, after each of these: where that is a response, it belongs to it. */
    private static final String FOLLOWING = """
            SELECT k.n, micros(r.created_at) AS created_at, r.part, r.seen, r.weight
            FROM unnest(CAST(:ids AS text[]), CAST(:times AS bigint[]), CAST(:parts AS text[]))
                 WITH ORDINALITY AS k(inference_id, created_at, part, n)
            CROSS JOIN LATERAL (
                SELECT i.created_at, i.part, %s AS seen,
                       least(i.output_size, :mostOutput) + coalesce(pg_column_size(i.metadata), 0) AS weight
                FROM inferences i
                WHERE i.model_id = :modelId AND i.inference_id = k.inference_id
                  AND i.created_at >= at_micros(k.created_at) AND i.created_at < at_micros(k.created_at + :within)
                  AND (i.created_at, i.part) > (at_micros(k.created_at), k.part)
                ORDER BY i.created_at, i.part LIMIT 1) r
            """;

    /** The latest request of the same id at or before each of these responses. */
    private static final String PRECEDING = """
            SELECT k.n, micros(r.created_at) AS created_at, r.part, true AS seen, 0 AS weight
            FROM unnest(CAST(:ids AS text[]), CAST(:times AS bigint[])) WITH ORDINALITY AS k(inference_id, created_at, n)
            CROSS JOIN LATERAL (
                SELECT i.created_at, i.part FROM inferences i
                WHERE i.model_id = :modelId AND i.inference_id = k.inference_id AND i.part <> 'response' AND %s
                  AND i.created_at <= at_micros(k.created_at) AND i.created_at > at_micros(k.created_at - :within)
                ORDER BY i.created_at DESC, i.part DESC LIMIT 1) r
            """;

    /** Whole rows. */
    private static final String ROWS = """
            SELECT k.n, i.action, i.metadata, i.output_content_type, i.output_size, i.input_content_type, i.input_size,
                   i.status_code, i.source, i.duration_micros, i.rule_version, i.input_omitted, i.output_omitted,
                   i.input_reference, encode(i.input_sha256, 'hex') AS sha256,
                   CASE WHEN i.output_size <= :mostOutput THEN i.output END AS shown_output,
                   si.object_key AS input_key, si.base_offset + i.input_offset AS input_from,
                   so.object_key AS output_key, so.base_offset + i.output_offset AS output_from,
                   CASE WHEN i.input_omitted IS NOT NULL THEN 'none'
                        WHEN i.input_size IS NULL
                        THEN CASE WHEN i.part = 'response'
                                       AND EXISTS (SELECT 1 FROM tombstones t
                                                   WHERE t.model_id = i.model_id AND t.inference_id = i.inference_id)
                                  THEN 'erased' ELSE 'none' END
                        WHEN si.segment_id IS NULL THEN 'expired'
                        WHEN %s THEN 'held'
                        WHEN i.created_at < f.blob_visible THEN 'expired'
                        ELSE 'available' END AS input_state
            FROM unnest(CAST(:ids AS text[]), CAST(:times AS bigint[]), CAST(:parts AS text[]))
                 WITH ORDINALITY AS k(inference_id, created_at, part, n)
            CROSS JOIN LATERAL (SELECT i.* FROM inferences i
                                WHERE i.model_id = :modelId AND i.inference_id = k.inference_id
                                  AND i.created_at = at_micros(k.created_at) AND i.part = k.part OFFSET 0) i
            JOIN floors f ON f.model_id = i.model_id
            LEFT JOIN segments si ON si.segment_id = i.input_segment
            LEFT JOIN segments so ON so.segment_id = i.output_segment
            """;

    /** The newest row of an id, or of a time. */
    private static final String NEWEST = """
            SELECT micros(i.created_at) AS created_at, i.part FROM inferences i
            WHERE i.model_id = :modelId AND i.inference_id = :inferenceId AND %s
              AND (CAST(:at AS bigint) IS NULL OR i.created_at = at_micros(:at))
            ORDER BY i.created_at DESC, i.part LIMIT 1
            """;

    static final String ERASED_AT = """
            SELECT micros(erased_at) FROM tombstones WHERE model_id = :modelId AND inference_id = :inferenceId
            """;

    private static final String COUNT_RESPONSES = """
            SELECT count(*) FROM inferences i
            WHERE i.model_id = :modelId AND i.part = 'response' AND %s
              AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)
            """;

    private static final String RESPONSES = """
            SELECT i.inference_id, micros(i.created_at) AS created_at, i.part FROM inferences i
            WHERE i.model_id = :modelId AND i.part = 'response' AND %s
              AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to) LIMIT :limit
            """;

    static final String ANY_RESPONSE = """
            SELECT EXISTS (SELECT 1 FROM inferences i
                           WHERE i.model_id = :modelId AND i.part = 'response'
                             AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to))
            """;

    private InferenceSql() {}

    /** Whether a row is seen, as a condition. Models without holds pay nothing for them. */
    private static String seen(Seen seen) {
        return seen.anyHold() ? "(i.created_at >= at_micros(:floor)" + HELD + ")" : "i.created_at >= at_micros(:floor)";
    }

    static String scan(String modelId, InferenceQuery query, Seen seen, IndexedKeys.@Nullable Use use) {
        InferenceFilter filter = query.filter();
        String direction = query.newestFirst() ? "DESC" : "ASC";
        String after = query.after() == null ? "" : AFTER.formatted(query.newestFirst() ? "<" : ">");
        String source = use != null
                ? BY_KEY.formatted(modelId, use.literal(), direction, after)
                : filter.inferenceIds().isEmpty() ? BY_TIME : BY_ID.formatted(direction, after);
        return SCAN.formatted(direction, seen(seen), FilterSql.meets(filter), source, after);
    }

    static String following(Seen seen) {
        return FOLLOWING.formatted(seen(seen));
    }

    static String preceding(Seen seen) {
        return PRECEDING.formatted(seen(seen));
    }

    static String rows(Seen seen) {
        return ROWS.formatted(seen.anyHold() ? HELD.substring(4) : "false");
    }

    static String countResponses(Seen seen) {
        return COUNT_RESPONSES.formatted(seen(seen));
    }

    static String responses(Seen seen) {
        return RESPONSES.formatted(seen(seen));
    }

    static String newest(Seen seen) {
        return NEWEST.formatted(seen(seen));
    }
}
