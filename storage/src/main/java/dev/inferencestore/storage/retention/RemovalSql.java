package dev.inferencestore.storage.retention;

/** Statements that count, claim and remove. Event times are microseconds; ranges are half open. */
final class RemovalSql {
    static final String SUM_HOURS = """
            SELECT coalesce(sum(records), 0)::bigint, coalesce(sum(inputs), 0)::bigint, coalesce(sum(bytes), 0)::bigint
            FROM model_hours
            WHERE model_id = :modelId AND hour >= at_micros(:from) AND hour < at_micros(:to)
            """;

    static final String SUM_ROWS = """
            SELECT count(*), count(input_segment),
                   coalesce(sum(input_size) FILTER (WHERE input_segment IS NOT NULL), 0)::bigint
            FROM inferences
            WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to)
            """;

    /** The oldest row of a range (with an input, where that is asked): the hours say where to look. */
    static final String OLDEST = """
            SELECT micros(i.created_at)
            FROM (SELECT DISTINCT hour FROM model_hours
                  WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour' AND hour < at_micros(:to)
                    AND CASE WHEN :inputs THEN inputs ELSE records END > 0
                  ORDER BY hour) h
            CROSS JOIN LATERAL (
                SELECT created_at FROM inferences
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (input_segment IS NOT NULL OR NOT :inputs)
                ORDER BY created_at LIMIT 1) i
            ORDER BY h.hour LIMIT 1
            """;

    static final String NEWEST = """
            SELECT micros(i.created_at)
            FROM (SELECT DISTINCT hour FROM model_hours
                  WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour' AND hour < at_micros(:to)
                    AND CASE WHEN :inputs THEN inputs ELSE records END > 0
                  ORDER BY hour DESC) h
            CROSS JOIN LATERAL (
                SELECT created_at FROM inferences
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (input_segment IS NOT NULL OR NOT :inputs)
                ORDER BY created_at DESC LIMIT 1) i
            ORDER BY h.hour DESC LIMIT 1
            """;

    /** Takes a model that nobody works on, or whose owner has not been heard of in time. */
    static final String TAKE_LEASE = """
            INSERT INTO retention_leases AS l (model_id, owner, epoch, until)
            VALUES (:modelId, :owner, 1, clock_timestamp() + :millis * interval '1 millisecond')
            ON CONFLICT (model_id) DO UPDATE
            SET owner = excluded.owner, epoch = l.epoch + 1, until = excluded.until
            WHERE l.until < clock_timestamp()
            RETURNING epoch
            """;

    /** Fails to find the row once another owner has taken over. */
    static final String RENEW_LEASE = """
            UPDATE retention_leases SET until = clock_timestamp() + :millis * interval '1 millisecond'
            WHERE model_id = :modelId AND owner = :owner AND epoch = :epoch
            """;

    /** The row stays, with its epoch. */
    static final String RELEASE_LEASE = """
            UPDATE retention_leases SET until = '-infinity'
            WHERE model_id = :modelId AND owner = :owner AND epoch = :epoch
            """;

    static final String NEXT_TASK = """
            SELECT t.task_id::text FROM retention_tasks t
            WHERE t.model_id = :modelId AND t.state IN ('pending', 'running') AND t.trigger <> 'erase'
            ORDER BY t.state = 'running' DESC, t.created_at, t.task_id
            LIMIT 1
            """;

    static final String START_TASK = """
            UPDATE retention_tasks
            SET state = 'running', started_at = clock_timestamp(),
                record_cutoff = at_micros(:recordCutoff), blob_cutoff = at_micros(:blobCutoff),
                record_from = at_micros(:recordFrom), blob_from = at_micros(:blobFrom),
                record_hides = at_micros(:recordHides), blob_hides = at_micros(:blobHides)
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String WRITE_MATCHED = """
            UPDATE retention_tasks
            SET records_matched = :records, blobs_matched = :blobs, oldest = :oldest, newest = :newest,
                blob_bytes = CASE WHEN :keepBytes THEN :bytes ELSE blob_bytes END
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    /** What was found when it started, and what came while it ran, is gone. */
    static final String COMPLETE_REMOVAL = """
            UPDATE retention_tasks
            SET records_matched = records_deleted, blobs_matched = blobs_deleted,
                record_hides = '-infinity', blob_hides = '-infinity'
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String COMPLETE_SOFT = """
            UPDATE retention_tasks
            SET restorable_until = clock_timestamp() + :graceSeconds * interval '1 second'
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String MARK_PURGED = """
            UPDATE retention_tasks SET purged = true, record_hides = '-infinity', blob_hides = '-infinity'
            WHERE task_id = CAST(:purgeOf AS uuid)
            """;

    /** Earlier runs that failed hide nothing any more once all below their cutoffs is removed. */
    static final String CLEAR_FAILED = """
            UPDATE retention_tasks t SET record_hides = '-infinity', blob_hides = '-infinity'
            FROM floors f
            WHERE t.model_id = :modelId AND f.model_id = t.model_id AND t.delete_action = 'hard' AND t.state = 'failed'
              AND (t.record_hides > '-infinity' OR t.blob_hides > '-infinity')
              AND t.record_hides <= f.record_hard AND t.blob_hides <= f.blob_hard
            """;

    static final String ADD_TO_PURGED = """
            UPDATE retention_tasks
            SET records_deleted = records_deleted + :records, blobs_deleted = blobs_deleted + :blobs,
                objects_deleted = objects_deleted + :objects
            WHERE task_id = CAST(:purgeOf AS uuid)
            """;

    /** Where a slice of inputs ends: after this many segments. Nothing that is left of a range makes it end at its end. */
    static final String BLOB_SLICE_END = """
            SELECT micros(max_created_at) FROM segments
            WHERE model_id = :modelId AND kind = 'input' AND max_created_at >= at_micros(:from)
              AND max_created_at < at_micros(:to)
            ORDER BY max_created_at OFFSET :segments LIMIT 1
            """;

    /** Where a slice of records ends: after this many rows. Begins at the floor, so it never reads what is removed. */
    static final String RECORD_SLICE_END = """
            SELECT micros(created_at) FROM inferences
            WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to)
            ORDER BY created_at OFFSET :rows LIMIT 1
            """;

    static final String ADD_CLAIM = """
            INSERT INTO retention_claims (model_id, kind, from_time, to_time, task_id)
            VALUES (:modelId, :kind, at_micros(:from), at_micros(:to), CAST(:taskId AS uuid))
            """;

    static final String CLAIM = """
            SELECT kind, micros(from_time) AS from_time, micros(to_time) AS to_time, task_id::text
            FROM retention_claims WHERE model_id = :modelId
            """;

    static final String DELETE_CLAIM = """
            DELETE FROM retention_claims WHERE model_id = :modelId
            """;

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

    /** Segments that go on behind it, which are of the same hour, lose what is in it. */
    static final String CLAIM_PARTS = """
            UPDATE segments SET state = 'to_scrub'
            WHERE model_id = :modelId AND kind = :kind AND state = 'stored' AND min_created_at < at_micros(:to)
              AND max_created_at >= at_micros(:to) AND max_created_at < at_micros(:hourEnd)
            """;

    static final String CLAIMED_OBJECTS = """
            SELECT DISTINCT s.object_key FROM segments s
            WHERE s.model_id = :modelId AND s.kind = :kind AND s.state = 'deleting'
            """;

    static final String DELETE_SEGMENTS = """
            DELETE FROM segments WHERE model_id = :modelId AND kind = :kind AND state = 'deleting'
            """;

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

    static final String DELETE_CONFLICTS = """
            DELETE FROM inference_conflicts
            WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to)
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

    static final String ADD_REMOVED = """
            UPDATE retention_tasks
            SET records_deleted = records_deleted + :records, blobs_deleted = blobs_deleted + :blobs,
                blob_bytes = blob_bytes + :bytes, objects_deleted = objects_deleted + :objects
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String TO_SCRUB = """
            SELECT s.segment_id::text, s.kind, s.object_key, s.base_offset, s.length,
                   micros(s.min_created_at) AS oldest, micros(s.max_created_at) AS newest
            FROM segments s
            WHERE s.model_id = :modelId AND s.state IN ('to_scrub', 'deleting')
            """;

    /** Other segments of an object, in whatever state, keep it from being deleted. */
    static final String IS_ALONE = """
            SELECT NOT EXISTS (SELECT 1 FROM segments
                               WHERE object_key = :objectKey AND segment_id <> CAST(:segmentId AS uuid))
            """;

    private static final String OF_SEGMENT = " WHERE model_id = :modelId AND %1$s_segment = CAST(:segmentId AS uuid)"
            + " AND created_at >= at_micros(:from) AND created_at <= at_micros(:to)";

    private static final String KEPT = "SELECT %1$s_offset, micros(created_at) FROM inferences" + OF_SEGMENT
            + " UNION ALL SELECT %1$s_offset, micros(created_at) FROM inference_conflicts" + OF_SEGMENT;

    static final String KEPT_INPUTS = KEPT.formatted("input");

    static final String KEPT_OUTPUTS = KEPT.formatted("output");

    static final String SCRUBBED = """
            UPDATE segments SET state = 'stored', entries = :entries, min_created_at = at_micros(:oldest)
            WHERE segment_id = CAST(:segmentId AS uuid)
            """;

    static final String FORGET_SEGMENT = """
            DELETE FROM segments WHERE segment_id = CAST(:segmentId AS uuid)
            """;

    private RemovalSql() {}
}
