package dev.inferencestore.storage.retention;

/** Statements that count, claim and remove. Event times are microseconds; ranges are half open. */
final class RemovalSql {
    static final String SUM_HOURS = """
            SELECT coalesce(sum(records), 0)::bigint, coalesce(sum(inputs), 0)::bigint, coalesce(sum(bytes), 0)::bigint
            FROM model_hours
            WHERE model_id = :modelId AND hour >= at_micros(:from) AND hour < at_micros(:to)
            """;

    /** Below the hard floor a row may name a segment that is gone. */
    static final String SUM_ROWS = """
            SELECT count(*), count(*) FILTER (WHERE there), coalesce(sum(input_size) FILTER (WHERE there), 0)::bigint
            FROM inferences i
            CROSS JOIN LATERAL (
                SELECT input_segment IS NOT NULL
                       AND (NOT :look OR EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment)) AS there) t
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
                SELECT created_at FROM inferences i
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (NOT :inputs OR EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment))
                  AND (NOT :ids OR NOT EXISTS (
                      SELECT 1 FROM hold_inferences k JOIN holds o USING (hold_seq)
                      WHERE k.model_id = :modelId AND k.inference_id = i.inference_id AND o.lifted_seq IS NULL))
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
                SELECT created_at FROM inferences i
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (NOT :inputs OR EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment))
                  AND (NOT :ids OR NOT EXISTS (
                      SELECT 1 FROM hold_inferences k JOIN holds o USING (hold_seq)
                      WHERE k.model_id = :modelId AND k.inference_id = i.inference_id AND o.lifted_seq IS NULL))
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
            WHERE t.model_id = :modelId AND t.state IN ('pending', 'running')
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
            SET records_matched = :records, blobs_matched = :blobs, oldest = :oldest, newest = :newest, held = :held,
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
            INSERT INTO retention_claims (model_id, kind, from_time, to_time, task_id, holds_upto)
            VALUES (:modelId, :kind, at_micros(:from), at_micros(:to), CAST(:taskId AS uuid), :holdsUpto)
            """;

    static final String CLAIM = """
            SELECT kind, micros(from_time) AS from_time, micros(to_time) AS to_time, task_id::text, holds_upto
            FROM retention_claims WHERE model_id = :modelId
            """;

    static final String DELETE_CLAIM = """
            DELETE FROM retention_claims WHERE model_id = :modelId
            """;

    static final String CLAIMED_OBJECTS = """
            SELECT DISTINCT s.object_key FROM segments s
            WHERE s.model_id = :modelId AND s.kind = :kind AND s.state = 'deleting'
            """;

    static final String DELETE_SEGMENTS = """
            DELETE FROM segments WHERE model_id = :modelId AND kind = :kind AND state = 'deleting'
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

    private static final String OF_SEGMENTS =
            " WHERE model_id = :modelId AND %1$s_segment = ANY (CAST(:segments AS uuid[]))"
                    + " AND created_at >= at_micros(:from) AND created_at <= at_micros(:to)";

    private static final String KEPT =
            "SELECT %1$s_segment::text, %1$s_offset, micros(created_at) FROM inferences" + OF_SEGMENTS
                    + " UNION ALL SELECT %1$s_segment::text, %1$s_offset, micros(created_at) FROM inference_conflicts"
                    + OF_SEGMENTS;

    static final String KEPT_INPUTS = KEPT.formatted("input");

    static final String KEPT_OUTPUTS = KEPT.formatted("output");

    static final String SCRUBBED = """
            UPDATE segments SET state = 'stored', entries = :entries, min_created_at = at_micros(:oldest)
            WHERE segment_id = CAST(:segmentId AS uuid)
            """;

    static final String ADD_REWRITTEN = """
            UPDATE retention_tasks
            SET objects_rewritten = objects_rewritten + :rewritten, objects_deleted = objects_deleted + :deleted,
                bytes_overwritten = bytes_overwritten + :bytes
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String WRITE_NOTICE = """
            UPDATE retention_policies SET noticed_event = :eventId WHERE model_id = :modelId
            """;

    /** The one that announced it may have ended before the notice was out. */
    static final String WAIT_FOR_NOTICE = """
            UPDATE retention_tasks t SET notice_event = p.noticed_event
            FROM retention_policies p
            WHERE t.task_id = CAST(:taskId AS uuid) AND p.model_id = t.model_id AND p.noticed_version = t.policy_version
            """;

    /** The first task of a version that is about to remove something. */
    static final String TAKE_NOTICE = """
            UPDATE retention_policies SET noticed_version = version
            WHERE model_id = :modelId AND NOT deleted AND version = :version AND noticed_version < version
            """;

    static final String FORGET_SEGMENT = """
            DELETE FROM segments WHERE segment_id = CAST(:segmentId AS uuid)
            """;

    private RemovalSql() {}
}
