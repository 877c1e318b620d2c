package dev.inferencestore.storage.retention;

/** Statements that mark the segments of a claimed slice and take its rows. Times are microseconds, ranges half open. */
final class SliceSql {
    /** Segments that end within a slice go whole; out of an object that something else stays in, by being overwritten. */
    static final String CLAIM_SEGMENTS = """
            UPDATE segments s
            SET state = CASE WHEN EXISTS (SELECT 1 FROM segments o
                                          WHERE o.object_key = s.object_key AND o.segment_id <> s.segment_id
                                            AND (o.kind <> s.kind OR o.max_created_at >= at_micros(:to)))
                             THEN 'to_scrub' ELSE 'deleting' END
            WHERE s.model_id = :modelId AND s.kind = :kind AND s.state IN ('stored', 'to_scrub')
              AND s.max_created_at >= at_micros(:from) AND s.max_created_at < at_micros(:to)
            """;

    /**
     * The same where there are holds: one that has something held in it is overwritten but for that, and one that is held
     * whole is left as it is.
     */
    private static final String CLAIM_SEGMENTS_BUT_HELD = """
            WITH named AS (
                SELECT i.%1$s_segment AS segment_id FROM hold_inferences k JOIN holds h USING (hold_seq)
                JOIN inferences i ON i.model_id = k.model_id AND i.inference_id = k.inference_id
                WHERE k.model_id = :modelId AND %2$s
                UNION
                SELECT c.%1$s_segment FROM hold_inferences k JOIN holds h USING (hold_seq)
                JOIN inference_conflicts c ON c.model_id = k.model_id AND c.inference_id = k.inference_id
                WHERE k.model_id = :modelId AND %2$s)
            UPDATE segments s
            SET state = CASE WHEN EXISTS (SELECT 1 FROM segments o
                                          WHERE o.object_key = s.object_key AND o.segment_id <> s.segment_id)
                                  OR s.segment_id IN (SELECT segment_id FROM named WHERE segment_id IS NOT NULL)
                                  OR EXISTS (
                                      SELECT 1 FROM holds h
                                      CROSS JOIN LATERAL (
                                          SELECT 1 FROM inferences i
                                          WHERE i.model_id = s.model_id AND i.%1$s_segment = s.segment_id
                                            AND i.created_at >= greatest(s.min_created_at, h.start_time)
                                            AND i.created_at <= s.max_created_at AND i.created_at < h.end_time
                                          UNION ALL
                                          SELECT 1 FROM inference_conflicts c
                                          WHERE c.model_id = s.model_id AND c.%1$s_segment = s.segment_id
                                            AND c.created_at >= h.start_time AND c.created_at < h.end_time
                                          LIMIT 1) r
                                      WHERE h.model_id = :modelId AND h.scope <> 'inferences' AND %2$s
                                        AND s.max_created_at >= h.start_time AND s.min_created_at < h.end_time)
                             THEN 'to_scrub' ELSE 'deleting' END
            WHERE s.model_id = :modelId AND s.kind = :kind AND s.state IN ('stored', 'to_scrub')
              AND s.max_created_at >= at_micros(:from) AND s.max_created_at < at_micros(:to)
            """ + notHeldWhole();

    static final String CLAIM_INPUTS_BUT_HELD = CLAIM_SEGMENTS_BUT_HELD.formatted("input", HeldSql.AT_THE_CLAIM);

    static final String CLAIM_OUTPUTS_BUT_HELD = CLAIM_SEGMENTS_BUT_HELD.formatted("output", HeldSql.AT_THE_CLAIM);

    /** Segments that go on behind it, which are of the same hour, lose what is in it. */
    static final String CLAIM_PARTS = """
            UPDATE segments s SET state = 'to_scrub'
            WHERE s.model_id = :modelId AND s.kind = :kind AND s.state = 'stored' AND s.min_created_at < at_micros(:to)
              AND s.max_created_at >= at_micros(:to) AND s.max_created_at < at_micros(:hourEnd)
            """ + notHeldWhole().formatted("", HeldSql.AT_THE_CLAIM);

    /** In segments that stay, rows name what is kept and nothing else. */
    private static final String LET_GO_OF_INPUTS = """
            UPDATE %1$s i SET input_segment = NULL, input_offset = NULL
            FROM segments s
            WHERE s.model_id = :modelId AND s.kind = 'input' AND s.state = 'to_scrub'
              AND s.max_created_at >= at_micros(:from) AND s.min_created_at < at_micros(:to)
              AND i.model_id = :modelId AND i.input_segment = s.segment_id
              AND i.created_at >= greatest(s.min_created_at, at_micros(:from)) AND i.created_at <= s.max_created_at
              AND i.created_at < at_micros(:to)
            """ + HeldSql.free("i");

    static final String LET_GO_OF_INPUTS_OF_ROWS = LET_GO_OF_INPUTS.formatted("inferences");

    static final String LET_GO_OF_INPUTS_OF_CONFLICTS = LET_GO_OF_INPUTS.formatted("inference_conflicts");

    static final String DELETE_RECORDS = """
            WITH gone AS (
                DELETE FROM inferences
                WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to)
                RETURNING created_at)
            SELECT count(*), count(*) FILTER (WHERE created_at >= at_micros(:cutHour)) FROM gone
            """;

    static final String RECORDS_LEFT = """
            SELECT EXISTS (SELECT 1 FROM inferences
                           WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to))
            """;

    /** One that a hold kept when the inputs were taken has its input still, as a record may have. */
    static final String DELETE_CONFLICTS = """
            WITH gone AS (
                DELETE FROM inference_conflicts c
                WHERE c.model_id = :modelId AND c.created_at >= at_micros(:from) AND c.created_at < at_micros(:to)
            """ + HeldSql.free("c") + """
                RETURNING c.input_segment)
            UPDATE segments SET state = 'to_scrub'
            WHERE segment_id IN (SELECT input_segment FROM gone) AND state = 'stored'
            """;

    static final String DELETE_HOURS = """
            DELETE FROM model_hours
            WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour' AND hour < at_micros(:lastWhole)
            """;

    /** Takes the inputs out of whole hours and says how many there were. */
    static final String EMPTY_HOURS = """
            WITH before AS (
                SELECT * FROM model_hours
                WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour'
                  AND hour < at_micros(:lastWhole) AND inputs <> 0
                ORDER BY hour, slot FOR UPDATE),
            emptied AS (
                UPDATE model_hours h SET inputs = 0, bytes = 0
                FROM before b WHERE h.model_id = b.model_id AND h.hour = b.hour AND h.slot = b.slot)
            SELECT coalesce(sum(inputs), 0)::bigint, coalesce(sum(bytes), 0)::bigint FROM before
            """;

    /** Takes part of an hour out of its sums, which become one row. Under the lock of the floors: no writer adds to it. */
    static final String CUT_HOUR = """
            WITH before AS (DELETE FROM model_hours WHERE model_id = :modelId AND hour = at_micros(:hour) RETURNING *),
            first AS (
                SELECT min(created_at) AS oldest FROM inferences
                WHERE model_id = :modelId AND created_at >= at_micros(:oldestFrom)
                  AND created_at < at_micros(:hour) + interval '1 hour')
            INSERT INTO model_hours (model_id, hour, slot, records, inputs, bytes, oldest, newest)
            SELECT b.model_id, b.hour, min(b.slot), sum(b.records) - :records, sum(b.inputs) - :inputs,
                   sum(b.bytes) - :bytes, coalesce((SELECT oldest FROM first), min(b.oldest)), max(b.newest)
            FROM before b GROUP BY b.model_id, b.hour HAVING sum(b.records) > :records
            """;

    /** Takes two parameters of its text: any and the condition on a hold. */
    private static String notHeldWhole() {
        return """
              AND (:holdsUpto = 0 OR NOT EXISTS (
                  SELECT 1 FROM holds h
                  WHERE h.model_id = :modelId AND h.scope <> 'inferences' AND %2$s
                    AND s.min_created_at >= h.start_time AND s.max_created_at < h.end_time))
            """;
    }

    private SliceSql() {}
}
