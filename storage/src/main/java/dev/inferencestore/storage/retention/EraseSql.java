package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.storage.filter.FilterSql;
import org.jdbi.v3.core.Handle;

/** Statements of erasing: what is asked for, claimed by tombstones, taken, and written on receipts. Times are microseconds. */
final class EraseSql {
    static final String ADD_TASK = """
            INSERT INTO retention_tasks (task_id, model_id, trigger, dry_run, delete_action, state, requested_by,
                                         dry_run_id, filter, whole_model, created_at)
            VALUES (CAST(:taskId AS uuid), :modelId, 'erase', :dryRun, 'hard', 'pending', :requestedBy,
                    CAST(:dryRunId AS uuid), CAST(:filter AS jsonb), :wholeModel, clock_timestamp())
            """;

    private static final String ANY_INFERENCE = "inferences i";

    /** Of some ids each is looked up by itself: in the order of time, all that a model has would be read for them. */
    private static final String INFERENCES_BY_ID = """
            (SELECT DISTINCT unnest(CAST(:ids AS text[])) AS inference_id) k
            CROSS JOIN LATERAL (SELECT i.* FROM inferences i
                                WHERE i.model_id = :modelId AND i.inference_id = k.inference_id OFFSET 0) i""";

    /** Above the newest row there is: what comes after an erase has begun is not meant. */
    private static final String END = """
            SELECT greatest(micros(clock_timestamp()), coalesce((SELECT micros(max(newest)) FROM model_hours
                                                                 WHERE model_id = :modelId), 0)) + 1
            """;

    /** Some of the inferences that are meant, from a point of (time, id) on, in that order. */
    static final String CHOOSE = """
            SELECT i.inference_id, micros(i.created_at) AS created_at FROM %s
            WHERE i.model_id = :modelId AND i.created_at < at_micros(:before) AND i.created_at >= at_micros(:afterTime)
              AND (i.created_at, i.inference_id) > (at_micros(:afterTime), :afterId)%s
            ORDER BY i.created_at, i.inference_id LIMIT :limit
            """;

    /** How many rows each hour of event time has, about. */
    static final String HOURS = """
            SELECT micros(hour) AS hour, sum(records)::bigint AS records FROM model_hours
            WHERE model_id = :modelId GROUP BY hour ORDER BY hour
            """;

    /** How many of the rows of these are there, and the newest, of each. A half that the filter does not meet goes too. */
    static final String ROWS_OF_IDS = """
            SELECT k.inference_id, r.rows, micros(r.newest) AS newest
            FROM unnest(CAST(:ids AS text[])) AS k(inference_id)
            CROSS JOIN LATERAL (SELECT count(*) AS rows, max(i.created_at) AS newest FROM inferences i
                                WHERE i.model_id = :modelId AND i.inference_id = k.inference_id) r
            WHERE r.rows > 0
            """;

    /**
     * An inference of which a half is held is held. Under the lock of the floors, for which writers wait: so each is looked
     * up by itself, and in times that are held only.
     */
    static final String HELD_IDS = """
            SELECT k.inference_id FROM unnest(CAST(:ids AS text[])) AS k(inference_id)
            WHERE EXISTS (SELECT 1 FROM hold_inferences n JOIN holds h USING (hold_seq)
                          WHERE n.model_id = :modelId AND n.inference_id = k.inference_id AND h.lifted_seq IS NULL OFFSET 0)
               OR EXISTS (SELECT 1 FROM holds h
                          CROSS JOIN LATERAL (SELECT 1 FROM inferences i
                                              WHERE i.model_id = :modelId AND i.inference_id = k.inference_id
                                                AND i.created_at >= h.start_time AND i.created_at < h.end_time OFFSET 0) i
                          WHERE h.model_id = :modelId AND h.scope <> 'inferences' AND h.lifted_seq IS NULL OFFSET 0)
            """;

    /** Of these, those that an earlier batch met as well: up to a point of (time, id). */
    private static final String MET_BEFORE = """
            SELECT k.inference_id FROM unnest(CAST(:batch AS text[])) AS k(inference_id)
            WHERE EXISTS (SELECT 1 FROM inferences i
                          WHERE i.model_id = :modelId AND i.inference_id = k.inference_id
                            AND i.created_at <= at_micros(:afterTime)
                            AND (i.created_at, i.inference_id) <= (at_micros(:afterTime), :afterId)%s
                          OFFSET 0)
            """;

    private static final String MEANT = """
            SELECT DISTINCT i.inference_id FROM %s
            WHERE i.model_id = :modelId AND i.created_at < at_micros(:before)%s
            """;

    /** What a dry run finds. Rows below the hard floor may name segments that are gone. */
    static final String COUNT = "WITH meant AS (" + MEANT + """
            ), halves AS (
                SELECT i.inference_id, i.created_at, i.input_size, s.segment_id, :anyHold AND\s""" + HeldSql.held("i") + """
             AS held
                FROM meant JOIN inferences i ON i.model_id = :modelId AND i.inference_id = meant.inference_id
                LEFT JOIN segments s ON s.segment_id = i.input_segment),
            kept AS (SELECT DISTINCT inference_id FROM halves WHERE held)
            SELECT count(*) FILTER (WHERE k.inference_id IS NULL) AS records,
                   count(h.segment_id) FILTER (WHERE k.inference_id IS NULL) AS inputs,
                   coalesce(sum(h.input_size) FILTER (WHERE k.inference_id IS NULL AND h.segment_id IS NOT NULL),
                            0)::bigint AS bytes,
                   min(h.created_at) FILTER (WHERE k.inference_id IS NULL) AS oldest,
                   max(h.created_at) FILTER (WHERE k.inference_id IS NULL) AS newest,
                   count(k.inference_id) AS held
            FROM halves h LEFT JOIN kept k USING (inference_id)
            """;

    /** Of what is meant, inferences of which a half is held. */
    private static final String HELD = """
            SELECT count(*) FROM (
                SELECT DISTINCT i.inference_id FROM %s WHERE i.model_id = :modelId%s) m
            WHERE EXISTS (SELECT 1 FROM inferences i
                          WHERE i.model_id = :modelId AND i.inference_id = m.inference_id AND\s""" + HeldSql.held("i") + ")";

    static final String ANY_HOLD = """
            SELECT EXISTS (SELECT 1 FROM holds WHERE model_id = :modelId AND lifted_seq IS NULL)
            """;

    static final String ADD_TOMBSTONES = """
            INSERT INTO tombstones AS t (model_id, inference_id, erased_at)
            SELECT :modelId, e.inference_id, at_micros(e.erased_at)
            FROM unnest(CAST(:ids AS text[]), CAST(:erasedAt AS bigint[])) AS e(inference_id, erased_at)
            ORDER BY e.inference_id
            ON CONFLICT (model_id, inference_id) DO UPDATE SET erased_at = greatest(t.erased_at, excluded.erased_at)
            """;

    static final String ADD_TO_RECEIPT = """
            INSERT INTO erased_inferences AS r (task_id, model_id, inference_id, erased_at)
            SELECT CAST(:taskId AS uuid), :modelId, e.inference_id, at_micros(e.erased_at)
            FROM unnest(CAST(:ids AS text[]), CAST(:erasedAt AS bigint[])) AS e(inference_id, erased_at)
            ON CONFLICT (task_id, inference_id) DO UPDATE
            SET erased_at = greatest(r.erased_at, excluded.erased_at), removed_at = NULL
            """;

    static final String WRITE_HELD = """
            UPDATE retention_tasks SET held = :held WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String WRITE_CLAIMED = """
            UPDATE retention_tasks SET held = :held, copies_due = true WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String COPIES_MARKED = """
            UPDATE retention_tasks SET copies_due = false WHERE task_id = CAST(:taskId AS uuid)
            """;

    /** Tasks that were ended before they came to it. */
    static final String COPIES_DUE = """
            SELECT task_id::text FROM retention_tasks WHERE model_id = :modelId AND copies_due
            """;

    static final String CLAIMED_TASKS = """
            SELECT DISTINCT task_id::text FROM erased_inferences WHERE model_id = :modelId AND removed_at IS NULL
            """;

    /** Takes the rows of the inferences that a task has claimed. Those with a later time came after it and stay. */
    static final String TAKE_ROWS = """
            WITH gone AS (
                DELETE FROM inferences i USING erased_inferences e
                WHERE e.model_id = :modelId AND e.task_id = CAST(:taskId AS uuid) AND e.removed_at IS NULL
                  AND i.model_id = :modelId AND i.inference_id = e.inference_id AND i.created_at <= e.erased_at
                RETURNING i.inference_id, i.created_at, i.input_segment, i.output_segment, i.input_size, i.input_sha256)
            SELECT g.inference_id, micros(date_trunc('hour', g.created_at, 'UTC')) AS hour,
                   g.output_segment::text, s.segment_id::text AS input_segment, g.input_size,
                   encode(g.input_sha256, 'hex') AS sha256
            FROM gone g LEFT JOIN segments s ON s.segment_id = g.input_segment
            """;

    /** The same of what was kept aside. */
    static final String TAKE_CONFLICTS = """
            DELETE FROM inference_conflicts i USING erased_inferences e
            WHERE e.model_id = :modelId AND e.task_id = CAST(:taskId AS uuid) AND e.removed_at IS NULL
              AND i.model_id = :modelId AND i.inference_id = e.inference_id AND i.created_at <= e.erased_at
            RETURNING i.inference_id, micros(date_trunc('hour', i.created_at, 'UTC')) AS hour, i.output_segment::text,
                      i.input_segment::text, i.input_size, encode(i.input_sha256, 'hex') AS sha256
            """;

    static final String MARK_SEGMENTS = """
            UPDATE segments SET state = 'to_scrub'
            WHERE segment_id = ANY (CAST(:segments AS uuid[])) AND state = 'stored'
            """;

    static final String WRITE_RECEIPT = """
            UPDATE erased_inferences r
            SET records = r.records + n.records, inputs = r.inputs + n.inputs, bytes = r.bytes + n.bytes,
                sha256 = r.sha256 || string_to_array(n.sha256, ','),
                hours = r.hours || ARRAY(SELECT at_micros(CAST(h AS bigint)) FROM unnest(string_to_array(n.hours, ',')) h)
            FROM unnest(CAST(:ids AS text[]), CAST(:records AS int[]), CAST(:inputs AS int[]), CAST(:bytes AS bigint[]),
                        CAST(:sha256 AS text[]), CAST(:hours AS text[]))
                 AS n(inference_id, records, inputs, bytes, sha256, hours)
            WHERE r.task_id = CAST(:taskId AS uuid) AND r.inference_id = n.inference_id AND r.removed_at IS NULL
            """;

    static final String END_CLAIM = """
            UPDATE erased_inferences SET removed_at = clock_timestamp()
            WHERE model_id = :modelId AND task_id = CAST(:taskId AS uuid) AND removed_at IS NULL
            """;

    /**
     * Marks every segment of an hour that an erase was in that has an entry no row names: what an attempt left that was made
     * twice. A segment has as many entries as rows name, or it has such a copy.
     */
    static final String MARK_COPIES = """
            WITH there AS MATERIALIZED (
                SELECT s.segment_id, s.entries FROM segments s
                WHERE s.model_id = :modelId AND s.state = 'stored' AND s.max_created_at >= at_micros(:hour)
                  AND s.max_created_at < at_micros(:hour) + interval '1 hour'),
            named AS MATERIALIZED (
                SELECT r.segment_id, count(*) AS entries
                FROM (
                    SELECT i.input_segment, i.output_segment FROM inferences i
                    WHERE i.model_id = :modelId AND i.created_at >= at_micros(:hour)
                      AND i.created_at < at_micros(:hour) + interval '1 hour'
                    UNION ALL
                    SELECT c.input_segment, c.output_segment FROM inference_conflicts c
                    WHERE c.model_id = :modelId AND c.created_at >= at_micros(:hour)
                      AND c.created_at < at_micros(:hour) + interval '1 hour') n
                CROSS JOIN LATERAL (VALUES (n.input_segment), (n.output_segment)) AS r(segment_id)
                WHERE r.segment_id IS NOT NULL
                GROUP BY r.segment_id)
            UPDATE segments s SET state = 'to_scrub'
            FROM there t LEFT JOIN named n USING (segment_id)
            WHERE s.segment_id = t.segment_id AND s.state = 'stored' AND t.entries <> coalesce(n.entries, 0)
            """;

    static final String HOURS_OF_TASK = """
            SELECT DISTINCT micros(unnest(hours)) FROM erased_inferences WHERE task_id = CAST(:taskId AS uuid) ORDER BY 1
            """;

    static final String RECEIPT = """
            SELECT r.*, micros(r.erased_at) AS erased_micros FROM erased_inferences r
            WHERE r.task_id = CAST(:taskId AS uuid) AND r.inference_id > :after
            ORDER BY r.inference_id LIMIT :limit
            """;

    private EraseSql() {}

    /** Above all that there is, for records and inputs. */
    static Cutoffs end(Handle handle, String modelId) {
        long end = handle.createQuery(END)
                .bind("modelId", modelId)
                .mapTo(Long.class)
                .one();
        return new Cutoffs(end, end);
    }

    /** Where what a filter means is looked for, under the name of i. */
    private static String from(InferenceFilter filter) {
        return filter.inferenceIds().isEmpty() ? ANY_INFERENCE : INFERENCES_BY_ID;
    }

    static String count(InferenceFilter filter) {
        return COUNT.formatted(from(filter), FilterSql.and(filter));
    }

    static String choose(InferenceFilter filter) {
        return CHOOSE.formatted(from(filter), FilterSql.and(filter));
    }

    static String metBefore(InferenceFilter filter) {
        return MET_BEFORE.formatted(FilterSql.and(filter));
    }

    static String held(InferenceFilter filter) {
        return HELD.formatted(from(filter), FilterSql.and(filter));
    }
}
