package dev.inferencestore.storage.replay;

/** Statements over {@code replays}, {@code replay_progress} and {@code replay_watch}. */
final class ReplaySql {
    static final String ADD = """
            INSERT INTO replays (replay_id, kind, model_id, project_id, spec, state, flink_job_id, after_version,
                                 requested_by, request_hash, created_at)
            VALUES (CAST(:replayId AS uuid), :kind, :modelId,
                    (SELECT m.project_id FROM models m WHERE m.model_id = :modelId),
                    CAST(:spec AS jsonb), 'pending', :flinkJobId, :afterVersion, :requestedBy, :requestHash, clock_timestamp())
            """;

    /** Of one that may not be there yet, until the transaction ends. */
    static final String LOCK_ID = """
            SELECT pg_advisory_xact_lock(hashtextextended(:replayId, 1))::text
            """;

    static final String REQUEST_HASH = """
            SELECT coalesce(request_hash, '') AS request_hash FROM replays WHERE replay_id = CAST(:replayId AS uuid)
            """;

    private static final String COLUMNS = """
            SELECT r.replay_id::text AS replay_id, r.project_id, r.spec::text AS spec, r.state, r.flink_job_id,
                   r.flink_state, r.after_version, r.requested_by, r.created_at, r.started_at, r.finished_at, r.error, r.cancel_requested
            FROM replays r
            """;

    static final String FIND = COLUMNS + "WHERE r.replay_id = CAST(:replayId AS uuid)";

    static final String LOCK = FIND + " FOR UPDATE";

    static final String LIST = COLUMNS + """
            WHERE (CAST(:state AS text) IS NULL OR r.state = :state)
              AND (CAST(:kind AS text) IS NULL OR r.kind = :kind)
              AND (CAST(:modelId AS text) IS NULL OR r.model_id = :modelId)
              AND (:all OR r.project_id = ANY(:projects))
              AND (CAST(:start AS timestamptz) IS NULL OR r.created_at >= :start)
              AND (CAST(:end AS timestamptz) IS NULL OR r.created_at < :end)
              AND (CAST(:afterTime AS timestamptz) IS NULL
                   OR (r.created_at, r.replay_id) < (CAST(:afterTime AS timestamptz), CAST(:afterId AS uuid)))
            ORDER BY r.created_at DESC, r.replay_id DESC
            LIMIT :limit
            """;

    static final String OPEN = COLUMNS + "WHERE r.state IN ('pending', 'running') ORDER BY r.created_at, r.replay_id";

    /** By one job, however often it starts; by another one never. */
    static final String CLAIM = """
            UPDATE replays
            SET state = 'running', flink_job_id = :flinkJobId, started_at = coalesce(started_at, clock_timestamp()),
                error = NULL
            WHERE replay_id = CAST(:replayId AS uuid) AND state IN ('pending', 'running') AND NOT cancel_requested
              AND coalesce(flink_job_id, :flinkJobId) = :flinkJobId
            """;

    static final String END = """
            UPDATE replays
            SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE :state END,
                error = CASE WHEN cancel_requested THEN 'cancelled on request' ELSE :error END,
                finished_at = clock_timestamp()
            WHERE replay_id = CAST(:replayId AS uuid) AND state IN ('pending', 'running')
              AND (flink_job_id IS NULL OR flink_job_id = :flinkJobId)
            """;

    static final String FLINK_STATE = """
            UPDATE replays SET flink_state = :flinkState
            WHERE replay_id = CAST(:replayId AS uuid) AND flink_state IS DISTINCT FROM :flinkState
            """;

    static final String IS_IN_EFFECT = """
            UPDATE replays
            SET after_version = NULL, error = NULL,
                spec = jsonb_set(spec, '{source,end}', to_jsonb(CAST(:end AS text)))
            WHERE replay_id = CAST(:replayId AS uuid) AND state = 'pending' AND after_version IS NOT NULL
            """;

    static final String WAITS = """
            UPDATE replays SET error = :error WHERE replay_id = CAST(:replayId AS uuid) AND state = 'pending' AND error IS DISTINCT FROM :error
            """;

    static final String ASK_TO_CANCEL = """
            UPDATE replays
            SET cancel_requested = true,
                state = CASE WHEN state = 'pending' THEN 'cancelled' ELSE state END,
                error = CASE WHEN state = 'pending' THEN 'cancelled on request' ELSE error END,
                finished_at = CASE WHEN state = 'pending' THEN clock_timestamp() END
            WHERE replay_id = CAST(:replayId AS uuid)
            """;

    static final String SUBTASKS = """
            SELECT p.replay_id::text AS replay_id, p.role, p.subtask, p.parallelism, p.started_at, p.finished,
                   p.counts::text AS counts, p.positions::text AS positions, p.heartbeat
            FROM replay_progress p
            WHERE p.replay_id = ANY(CAST(:replayIds AS uuid[]))
            """;

    /** One of them, for the job. */
    static final String SUBTASK = """
            SELECT p.replay_id::text AS replay_id, p.role, p.subtask, p.parallelism, p.started_at, p.finished,
                   p.counts::text AS counts, p.positions::text AS positions, p.heartbeat
            FROM replay_progress p WHERE p.replay_id = ?::uuid AND p.role = ? AND p.subtask = ?""";

    static final String FORGET = """
            DELETE FROM replays WHERE finished_at < :before AND state NOT IN ('pending', 'running')
            """;

    /** Jobs that nobody can be asked about, of which nothing was heard since. */
    static final String FAIL_SILENT = """
            UPDATE replays r
            SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'failed' END, finished_at = clock_timestamp(),
                error = :error
            WHERE state = 'running' AND started_at < :before
              AND NOT EXISTS (SELECT 1 FROM replay_progress p WHERE p.replay_id = r.replay_id AND p.heartbeat >= :before)
            """;

    static final String WATCH = """
            UPDATE replay_watch SET owner = :owner, until = clock_timestamp() + CAST(:seconds AS integer) * interval '1 second'
            WHERE owner = :owner OR until < clock_timestamp()
            """;

    /** One row of a newer attempt is never replaced by one of an older, which may still be on its way. */
    static final String BEAT = """
            INSERT INTO replay_progress AS p
                (replay_id, role, subtask, parallelism, started_at, finished, counts, positions, heartbeat)
            VALUES (?::uuid, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, clock_timestamp())
            ON CONFLICT (replay_id, role, subtask) DO UPDATE
            SET parallelism = excluded.parallelism, started_at = excluded.started_at, finished = excluded.finished,
                counts = excluded.counts, positions = excluded.positions, heartbeat = excluded.heartbeat
            WHERE p.started_at <= excluded.started_at""";

    /** So that of the last two subtasks, which finish at the same time, one sees that the other has. */
    static final String LOCK_RUN = """
            SELECT kind FROM replays WHERE replay_id = ?::uuid FOR UPDATE""";

    /** Also a job whose replay was given up, as when nothing was heard of it, must not go on. */
    static final String STOPS = """
            SELECT cancel_requested OR state NOT IN ('pending', 'running') FROM replays WHERE replay_id = ?::uuid""";

    /** Rows of a former parallelism do not count: of each role, the newest row says how many there must be. */
    static final String COMPLETE_IF_DONE = """
            UPDATE replays r
            SET state = CASE WHEN r.cancel_requested THEN 'cancelled' ELSE 'complete' END,
                error = CASE WHEN r.cancel_requested THEN 'cancelled on request' END,
                finished_at = clock_timestamp()
            WHERE r.replay_id = ?::uuid AND r.state = 'running' AND NOT EXISTS (
                SELECT 1 FROM unnest(?::text[]) w(role)
                LEFT JOIN LATERAL (
                    SELECT p.parallelism FROM replay_progress p
                    WHERE p.replay_id = r.replay_id AND p.role = w.role
                    ORDER BY p.started_at DESC, p.subtask LIMIT 1) newest ON true
                WHERE newest.parallelism IS NULL OR newest.parallelism > (
                    SELECT count(*) FROM replay_progress p
                    WHERE p.replay_id = r.replay_id AND p.role = w.role AND p.finished
                      AND p.parallelism = newest.parallelism AND p.subtask < newest.parallelism))""";

    private ReplaySql() {}
}
