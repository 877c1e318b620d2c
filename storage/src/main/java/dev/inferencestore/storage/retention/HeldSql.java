package dev.inferencestore.storage.retention;

/** Statements about what holds keep: what a run leaves, and what is left once a hold is lifted. Times are microseconds. */
final class HeldSql {
    private static final String BY_TIME = """
            EXISTS (SELECT 1 FROM holds h
                    WHERE h.model_id = :modelId AND h.scope <> 'inferences'
                      AND %1$s.created_at >= h.start_time AND %1$s.created_at < h.end_time AND %2$s)""";

    private static final String BY_ID = """
            EXISTS (SELECT 1 FROM hold_inferences k JOIN holds h USING (hold_seq)
                    WHERE k.model_id = :modelId AND k.inference_id = %1$s.inference_id AND %2$s)""";

    private static final String IN_FORCE = "h.lifted_seq IS NULL";

    /** As it was when a slice was claimed. What is placed or lifted later is for the next one. */
    static final String AT_THE_CLAIM =
            "h.hold_seq <= :holdsUpto AND (h.lifted_seq IS NULL OR h.lifted_seq > :holdsUpto)";

    /** What a slice may remove of a table that goes by this name. Models without holds, zero, pay nothing for it. */
    static String free(String alias) {
        return " AND (:holdsUpto = 0 OR NOT " + kept(alias) + ") ";
    }

    /** What a slice must leave. */
    static String kept(String alias) {
        return "(" + BY_TIME.formatted(alias, AT_THE_CLAIM) + " OR " + BY_ID.formatted(alias, AT_THE_CLAIM) + ")";
    }

    /** What holds that are in force keep. */
    static String held(String alias) {
        return "(" + BY_TIME.formatted(alias, IN_FORCE) + " OR " + BY_ID.formatted(alias, IN_FORCE) + ")";
    }

    /** By which holds a claim goes; zero where the model has none, nor one that left something behind. */
    static final String LATEST = """
            SELECT coalesce(max(greatest(hold_seq, lifted_seq)), 0)::bigint FROM holds WHERE model_id = :modelId
            """;

    /** The times that holds in force keep. */
    static final String TIMES = """
            SELECT micros(start_time) AS from_time,
                   CASE WHEN isfinite(end_time) THEN micros(end_time) ELSE 9223372036854775807 END AS to_time
            FROM holds WHERE model_id = :modelId AND lifted_seq IS NULL AND scope <> 'inferences'
            """;

    static final String NAMES_IDS = """
            SELECT EXISTS (SELECT 1 FROM holds WHERE model_id = :modelId AND lifted_seq IS NULL AND scope = 'inferences')
            """;

    static final String LATEST_LIFTED = """
            SELECT coalesce(max(lifted_seq), 0)::bigint FROM holds WHERE model_id = :modelId
            """;

    /**
     * Where what only lifted holds kept is. What is below the hard floor there, and not held by another one, is that.
     */
    static final String LEFT_BEHIND = """
            SELECT hold_seq, micros(start_time) AS from_time,
                   CASE WHEN isfinite(end_time) THEN micros(end_time) ELSE 9223372036854775807 END AS to_time
            FROM holds WHERE model_id = :modelId AND lifted_seq IS NOT NULL AND scope <> 'inferences'
            UNION ALL
            SELECT h.hold_seq, micros(min(i.created_at)), micros(max(i.created_at)) + 1
            FROM holds h JOIN hold_inferences k USING (hold_seq)
            JOIN inferences i ON i.model_id = k.model_id AND i.inference_id = k.inference_id
            WHERE h.model_id = :modelId AND h.lifted_seq IS NOT NULL AND h.scope = 'inferences'
            GROUP BY h.hold_seq
            """;

    /** Once a run has gone over all that they left, up to those of its beginning. */
    static final String FORGET = """
            DELETE FROM holds WHERE model_id = :modelId AND lifted_seq <= :upto
            """;

    /** Rows of a range that holds keep by their ids, and not by a time. */
    static final String SUM_IDS = """
            SELECT count(*), count(s.segment_id), coalesce(sum(i.input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0)::bigint
            FROM (SELECT DISTINCT k.inference_id FROM hold_inferences k JOIN holds h USING (hold_seq)
                  WHERE k.model_id = :modelId AND h.lifted_seq IS NULL) k
            JOIN inferences i ON i.model_id = :modelId AND i.inference_id = k.inference_id
                 AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)
            LEFT JOIN segments s ON s.segment_id = i.input_segment
            WHERE NOT\s""" + BY_TIME.formatted("i", IN_FORCE);

    /** Inputs that a slice takes, by hour: those of rows that are not held and name a segment that is there. */
    static final String FREE_INPUTS = """
            SELECT micros(date_trunc('hour', i.created_at, 'UTC')) AS hour, 0::bigint AS records, count(*) AS inputs,
                   coalesce(sum(i.input_size), 0)::bigint AS bytes
            FROM inferences i
            WHERE i.model_id = :modelId AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)
              AND EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment)
            """ + free("i") + "GROUP BY 1";

    /**
     * Takes the records of a slice, by hour. One that a hold kept when the inputs were taken has its input still, which
     * then goes with it.
     */
    static final String DELETE_FREE_RECORDS = """
            WITH gone AS (
                DELETE FROM inferences i
                WHERE i.model_id = :modelId AND i.created_at >= at_micros(:from) AND i.created_at < at_micros(:to)
            """ + free("i") + """
                RETURNING i.created_at, i.input_segment, i.input_size),
            marked AS (
                UPDATE segments SET state = 'to_scrub'
                WHERE segment_id IN (SELECT input_segment FROM gone) AND state = 'stored')
            SELECT micros(date_trunc('hour', g.created_at, 'UTC')) AS hour, count(*) AS records,
                   count(s.segment_id) AS inputs,
                   coalesce(sum(g.input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0)::bigint AS bytes
            FROM gone g LEFT JOIN segments s ON s.segment_id = g.input_segment
            GROUP BY 1
            """;

    /** Takes numbers out of hours, whose sums become one row each. Under the lock of the floors: no writer adds to them. */
    static final String SUBTRACT_HOURS = """
            WITH gone AS (
                SELECT at_micros(g.hour) AS hour, g.records, g.inputs, g.bytes
                FROM unnest(CAST(:hours AS bigint[]), CAST(:records AS bigint[]), CAST(:inputs AS bigint[]),
                            CAST(:bytes AS bigint[])) AS g(hour, records, inputs, bytes)),
            before AS (
                DELETE FROM model_hours h USING gone g WHERE h.model_id = :modelId AND h.hour = g.hour RETURNING h.*)
            INSERT INTO model_hours (model_id, hour, slot, records, inputs, bytes, oldest, newest)
            SELECT :modelId, g.hour, b.slot, b.records - g.records, b.inputs - g.inputs, b.bytes - g.bytes,
                   coalesce(first.created_at, b.oldest), coalesce(last.created_at, b.newest)
            FROM gone g
            JOIN (SELECT hour, min(slot) AS slot, sum(records) AS records, sum(inputs) AS inputs, sum(bytes) AS bytes,
                         min(oldest) AS oldest, max(newest) AS newest
                  FROM before GROUP BY hour) b USING (hour)
            LEFT JOIN LATERAL (SELECT created_at FROM inferences
                               WHERE model_id = :modelId AND created_at >= g.hour
                                 AND created_at < g.hour + interval '1 hour'
                               ORDER BY created_at LIMIT 1) first ON true
            LEFT JOIN LATERAL (SELECT created_at FROM inferences
                               WHERE model_id = :modelId AND created_at >= g.hour
                                 AND created_at < g.hour + interval '1 hour'
                               ORDER BY created_at DESC LIMIT 1) last ON true
            WHERE b.records > g.records
            """;

    private HeldSql() {}
}
