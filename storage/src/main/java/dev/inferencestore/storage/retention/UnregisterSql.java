package dev.inferencestore.storage.retention;

/** Statements of unregistering a model. */
final class UnregisterSql {
    static final String STANDING = """
            SELECT m.deleted, m.deleting, m.control_version, to_jsonb(m)::text AS image
            FROM models m WHERE m.model_id = :modelId
            """;

    /** Also bytes without rows, and a slice that is claimed and not ended. Under the lock of the floors. */
    static final String IS_STORED = """
            SELECT EXISTS (SELECT 1 FROM inferences WHERE model_id = :modelId)
                OR EXISTS (SELECT 1 FROM inference_conflicts WHERE model_id = :modelId)
                OR EXISTS (SELECT 1 FROM segments WHERE model_id = :modelId AND state <> 'swept')
                OR EXISTS (SELECT 1 FROM retention_claims WHERE model_id = :modelId)
            """;

    static final String STORED = """
            SELECT coalesce(sum(records), 0)::bigint AS records, coalesce(sum(inputs), 0)::bigint AS inputs
            FROM model_hours WHERE model_id = :modelId
            """;

    static final String PENDING_TASKS = """
            SELECT t.task_id::text FROM retention_tasks t
            WHERE t.model_id = :modelId AND t.state = 'pending'
            ORDER BY t.created_at FOR UPDATE
            """;

    static final String UNREGISTER = """
            UPDATE models AS m
            SET deleted = true, deleting = :deleting, storage_enabled = false, control_version = :version,
                updated_at = clock_timestamp()
            WHERE model_id = :modelId
            RETURNING to_jsonb(m)::text
            """;

    /** What a run hid of the registration that ends is never restored into the next one. */
    static final String END_SOFT_TASKS = """
            UPDATE retention_tasks SET purged = true, record_hides = '-infinity', blob_hides = '-infinity'
            WHERE model_id = :modelId AND delete_action = 'soft' AND state = 'complete' AND NOT purged
            """;

    static final String NEXT_GENERATION = """
            UPDATE floors SET generation = generation + 1 WHERE model_id = :modelId
            """;

    /** A planner may have made another one at the same moment. */
    static final String OPEN_TASK = """
            SELECT t.task_id::text FROM retention_tasks t
            WHERE t.model_id = :modelId AND t.whole_model AND t.state IN ('pending', 'running')
            ORDER BY t.state = 'running' DESC, t.created_at LIMIT 1
            """;

    static final String IS_DELETING = """
            SELECT EXISTS (SELECT 1 FROM models WHERE model_id = :modelId AND deleting)
            """;

    static final String END = """
            UPDATE models SET deleting = false, updated_at = clock_timestamp() WHERE model_id = :modelId
            """;

    private UnregisterSql() {}
}
