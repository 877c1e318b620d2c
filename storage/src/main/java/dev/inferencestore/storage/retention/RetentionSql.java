package dev.inferencestore.storage.retention;

/** Statements over policies and tasks: what the API changes and what the schedule asks. See {@link RemovalSql} for the rest. */
final class RetentionSql {
    static final String IS_REGISTERED = """
            SELECT EXISTS (SELECT 1 FROM models WHERE model_id = :modelId AND NOT deleted)
            """;

    static final String NOW_MICROS = """
            SELECT micros(clock_timestamp())
            """;

    static final String POLICY = """
            SELECT p.* FROM retention_policies p WHERE p.model_id = :modelId AND NOT p.deleted
            """;

    static final String POLICIES = """
            SELECT p.* FROM retention_policies p WHERE p.model_id = ANY(:modelIds) AND NOT p.deleted
            """;

    static final String POLICY_BY_ID = """
            SELECT p.* FROM retention_policies p WHERE p.policy_id = :policyId AND NOT p.deleted
            """;

    static final String LOCK_POLICY = """
            SELECT p.*, to_jsonb(p)::text AS image FROM retention_policies p WHERE p.model_id = :modelId FOR UPDATE
            """;

    static final String SHARE_POLICY = """
            SELECT p.* FROM retention_policies p WHERE p.model_id = :modelId AND NOT p.deleted FOR SHARE
            """;

    /** Setting it again keeps its id; setting it after it was deleted makes a new one. The version always grows. */
    static final String PUT_POLICY = """
            INSERT INTO retention_policies AS p (model_id, policy_id, version, record_age, blob_age, delete_action,
                automated_interval, inherited, inherited_from, anchor, next_run_at, control_version, created_at, updated_at)
            VALUES (:modelId, CAST(:newId AS uuid), 1, :recordAge, :blobAge, :action, :interval,
                CAST(:inheritedFrom AS bigint) IS NOT NULL, CAST(:inheritedFrom AS bigint), at_micros(:now),
                CASE WHEN :interval > 0 THEN at_micros(:now) END, :controlVersion, at_micros(:now), at_micros(:now))
            ON CONFLICT (model_id) DO UPDATE
            SET policy_id = CASE WHEN p.deleted THEN excluded.policy_id ELSE p.policy_id END,
                version = p.version + 1,
                created_at = CASE WHEN p.deleted THEN excluded.created_at ELSE p.created_at END,
                last_evaluated_at = CASE WHEN NOT p.deleted THEN p.last_evaluated_at END,
                deleted = false,
                paused = false,
                record_age = excluded.record_age,
                blob_age = excluded.blob_age,
                delete_action = excluded.delete_action,
                automated_interval = excluded.automated_interval,
                inherited = excluded.inherited,
                inherited_from = excluded.inherited_from,
                anchor = excluded.anchor,
                next_run_at = excluded.next_run_at,
                control_version = excluded.control_version,
                updated_at = excluded.updated_at
            RETURNING p.*, to_jsonb(p)::text AS image
            """;

    static final String DELETE_POLICY = """
            UPDATE retention_policies
            SET deleted = true, version = version + 1, next_run_at = NULL, control_version = :controlVersion,
                updated_at = at_micros(:now)
            WHERE model_id = :modelId
            """;

    /** An inherited policy that is said again by a later default, or by that of another project. */
    static final String INHERIT_THE_SAME = """
            UPDATE retention_policies SET inherited_from = :inheritedFrom
            WHERE model_id = :modelId AND NOT deleted AND inherited
            """;

    /** Registered models whose policy is not what their project's default makes it; own policies are. */
    static final String NOT_YET_INHERITING = """
            SELECT m.model_id FROM models m
            LEFT JOIN default_policies d ON d.project_id = m.project_id AND NOT d.deleted
            LEFT JOIN retention_policies p ON p.model_id = m.model_id AND NOT p.deleted
            WHERE NOT m.deleted AND m.model_id > :after
              AND (CAST(:projectId AS text) IS NULL OR m.project_id = :projectId)
              AND CASE WHEN p.model_id IS NULL THEN d.project_id IS NOT NULL
                       ELSE p.inherited AND p.inherited_from IS DISTINCT FROM d.revision END
            ORDER BY m.model_id LIMIT :limit
            """;

    static final String INHERITING = """
            SELECT count(*) FROM models m JOIN retention_policies p USING (model_id)
            WHERE m.project_id = :projectId AND NOT m.deleted AND NOT p.deleted AND p.inherited
              AND p.inherited_from = :revision
            """;

    static final String MODELS_OF_PROJECT = """
            SELECT m.model_id AS of_model, p.* FROM models m
            LEFT JOIN retention_policies p ON p.model_id = m.model_id AND NOT p.deleted
            WHERE m.project_id = :projectId AND NOT m.deleted
            ORDER BY m.model_id
            """;

    static final String PAUSE_POLICY = """
            UPDATE retention_policies AS p
            SET paused = true, next_run_at = NULL, control_version = :controlVersion, updated_at = at_micros(:now)
            WHERE model_id = :modelId AND NOT deleted AND automated_interval > 0 AND NOT paused
            RETURNING p.*, to_jsonb(p)::text AS image
            """;

    private static final String TASK_COLUMNS = """
            t.*, micros(t.record_cutoff) AS record_cutoff_micros, micros(t.blob_cutoff) AS blob_cutoff_micros,
            micros(t.record_from) AS record_from_micros, micros(t.blob_from) AS blob_from_micros,
            micros(t.record_hides) AS record_hides_micros, micros(t.blob_hides) AS blob_hides_micros
            """;

    static final String TASK = "SELECT " + TASK_COLUMNS + """
            FROM retention_tasks t WHERE t.model_id = :modelId AND t.task_id = CAST(:taskId AS uuid)
            """;

    static final String LOCK_TASK = TASK + "FOR UPDATE";

    static final String LIST_TASKS = "SELECT " + TASK_COLUMNS + """
            FROM retention_tasks t
            WHERE t.model_id = :modelId
              AND (CAST(:state AS text) IS NULL OR t.state = :state)
              AND (CAST(:trigger AS text) IS NULL OR t.trigger = :trigger)
              AND (CAST(:dryRun AS boolean) IS NULL OR t.dry_run = :dryRun)
              AND (CAST(:start AS timestamptz) IS NULL OR t.created_at >= :start)
              AND (CAST(:end AS timestamptz) IS NULL OR t.created_at < :end)
              AND (CAST(:afterTime AS timestamptz) IS NULL
                   OR (t.created_at, t.task_id) < (CAST(:afterTime AS timestamptz), CAST(:afterId AS uuid)))
            ORDER BY t.created_at DESC, t.task_id DESC
            LIMIT :limit
            """;

    static final String ADD_TASK = """
            INSERT INTO retention_tasks AS t (task_id, model_id, policy_id, policy_version, trigger, dry_run, delete_action,
                                              state, requested_by, dry_run_id, purge_of, created_at)
            VALUES (CAST(:taskId AS uuid), :modelId, CAST(:policyId AS uuid), :policyVersion, :trigger, :dryRun, :action,
                    'pending', :requestedBy, CAST(:dryRunId AS uuid), CAST(:purgeOf AS uuid), clock_timestamp())
            """;

    /** Of one that may not be there yet, until the transaction ends. */
    static final String LOCK_TASK_ID = """
            SELECT pg_advisory_xact_lock(hashtextextended(:taskId, 0))::text
            """;

    static final String REQUEST_HASH = """
            SELECT coalesce(request_hash, '') AS request_hash FROM retention_tasks WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String SET_REQUEST_HASH = """
            UPDATE retention_tasks SET request_hash = :requestHash WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String END_TASK = """
            UPDATE retention_tasks
            SET state = :state, error = :error, finished_at = clock_timestamp()
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String ASK_TO_CANCEL = """
            UPDATE retention_tasks SET cancel_requested = true WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String PENDING_TASKS = """
            SELECT t.task_id::text FROM retention_tasks t
            WHERE t.model_id = :modelId AND t.state = 'pending' AND t.policy_version IS NOT NULL
            ORDER BY t.created_at FOR UPDATE
            """;

    /** What would hide again what was restored, and what would remove it. */
    static final String PENDING_AFTER_RESTORE = """
            SELECT t.task_id::text FROM retention_tasks t LEFT JOIN retention_tasks s ON s.task_id = t.purge_of
            WHERE t.model_id = :modelId AND t.state = 'pending' AND (t.trigger = 'automated' OR s.undone)
            ORDER BY t.created_at FOR UPDATE OF t
            """;

    static final String RUNNING_TASK = "SELECT " + TASK_COLUMNS + """
            FROM retention_tasks t WHERE t.model_id = :modelId AND t.state = 'running'
            """;

    /** How far tasks hide, those that failed or not. A SOFT run a minute makes ten thousand in a week, so they are not read. */
    static final String HIDDEN = """
            SELECT coalesce(micros(max(t.record_hides)), micros('-infinity')) AS records,
                   coalesce(micros(max(t.blob_hides)), micros('-infinity')) AS blobs
            FROM retention_tasks t
            WHERE t.model_id = :modelId AND (t.record_hides > '-infinity' OR t.blob_hides > '-infinity') AND NOT t.purged
              AND (:failed OR t.state <> 'failed')
            """;

    /** Tasks hide no more than what a policy lets go as well. */
    static final String HIDE_NO_MORE = """
            UPDATE retention_tasks
            SET record_hides = least(record_hides, at_micros(:records)), blob_hides = least(blob_hides, at_micros(:blobs))
            WHERE model_id = :modelId AND (record_hides > '-infinity' OR blob_hides > '-infinity') AND NOT purged
              AND (record_hides > at_micros(:records) OR blob_hides > at_micros(:blobs))
            """;

    static final String TAKE_OVER_FAILED = """
            UPDATE retention_tasks SET record_hides = '-infinity', blob_hides = '-infinity'
            WHERE model_id = :modelId AND state = 'failed' AND (record_hides > '-infinity' OR blob_hides > '-infinity')
              AND record_hides <= at_micros(:records) AND blob_hides <= at_micros(:blobs)
            """;

    /** Runs that failed after a task had run hide what it hid as well. */
    static final String SHOW_FAILED_SINCE = """
            UPDATE retention_tasks SET record_hides = '-infinity', blob_hides = '-infinity'
            WHERE model_id = :modelId AND state = 'failed' AND (record_hides > '-infinity' OR blob_hides > '-infinity')
              AND started_at >= (SELECT started_at FROM retention_tasks WHERE task_id = CAST(:taskId AS uuid))
            """;

    static final String WRITE_HIDES = """
            UPDATE retention_tasks SET record_hides = at_micros(:records), blob_hides = at_micros(:blobs)
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    static final String UNDO = """
            UPDATE retention_tasks
            SET undone = true, record_hides = '-infinity', blob_hides = '-infinity'
            WHERE task_id = CAST(:taskId AS uuid)
            """;

    /** SOFT tasks that ran from one on and still hide; a later one hides what the earlier one did and more. */
    static final String SOFT_FROM = "SELECT " + TASK_COLUMNS + """
            FROM retention_tasks t
            WHERE t.model_id = :modelId AND t.delete_action = 'soft' AND t.state = 'complete' AND NOT t.dry_run
              AND NOT t.undone AND t.started_at >= (SELECT started_at FROM retention_tasks
                                                    WHERE task_id = CAST(:taskId AS uuid))
            ORDER BY t.started_at FOR UPDATE
            """;

    static final String FIGURES = """
            SELECT count(*) FILTER (WHERE state = 'pending') AS pending,
                   count(*) FILTER (WHERE state = 'running') AS running,
                   coalesce(extract(epoch FROM clock_timestamp() - min(created_at) FILTER (WHERE state = 'pending')),
                            0)::float8 AS oldest_pending_seconds,
                   (SELECT count(*) FROM retention_tasks
                    WHERE state = 'failed' AND finished_at > clock_timestamp() - interval '24 hours') AS failed_last_day
            FROM retention_tasks
            WHERE state IN ('pending', 'running')
            """;

    private RetentionSql() {}
}
