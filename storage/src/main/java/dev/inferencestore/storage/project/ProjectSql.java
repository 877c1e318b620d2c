package dev.inferencestore.storage.project;

/** Every statement over {@code default_policies} and {@code retention_limits}. */
final class ProjectSql {
    static final String PROJECT_OF_MODEL = """
            SELECT project_id FROM models WHERE model_id = :modelId AND NOT deleted
            """;

    static final String DEFAULT_POLICY = """
            SELECT d.*, to_jsonb(d)::text AS image FROM default_policies d
            WHERE d.project_id = :projectId AND NOT d.deleted
            """;

    /** Setting it again keeps its id; setting it after it was deleted makes a new one. The version always grows. */
    static final String PUT_DEFAULT_POLICY = """
            INSERT INTO default_policies AS d (project_id, policy_id, version, revision, record_age, blob_age,
                delete_action, automated_interval, created_at, updated_at)
            VALUES (:projectId, CAST(:newId AS uuid), 1, :revision, :recordAge, :blobAge, :action, :interval,
                    clock_timestamp(), clock_timestamp())
            ON CONFLICT (project_id) DO UPDATE
            SET policy_id = CASE WHEN d.deleted THEN excluded.policy_id ELSE d.policy_id END,
                version = d.version + 1,
                revision = excluded.revision,
                created_at = CASE WHEN d.deleted THEN excluded.created_at ELSE d.created_at END,
                deleted = false,
                record_age = excluded.record_age,
                blob_age = excluded.blob_age,
                delete_action = excluded.delete_action,
                automated_interval = excluded.automated_interval,
                updated_at = excluded.updated_at
            RETURNING d.*, to_jsonb(d)::text AS image
            """;

    static final String DELETE_DEFAULT_POLICY = """
            UPDATE default_policies SET deleted = true, version = version + 1, updated_at = clock_timestamp()
            WHERE project_id = :projectId
            """;

    static final String LIMIT = """
            SELECT l.*, to_jsonb(l)::text AS image FROM retention_limits l
            WHERE l.project_id = :projectId AND NOT l.deleted
            """;

    static final String PUT_LIMIT = """
            INSERT INTO retention_limits AS l (project_id, version, record_age, blob_age, created_at, updated_at)
            VALUES (:projectId, 1, :recordAge, :blobAge, clock_timestamp(), clock_timestamp())
            ON CONFLICT (project_id) DO UPDATE
            SET version = l.version + 1,
                created_at = CASE WHEN l.deleted THEN excluded.created_at ELSE l.created_at END,
                deleted = false,
                record_age = excluded.record_age,
                blob_age = excluded.blob_age,
                updated_at = excluded.updated_at
            RETURNING l.*, to_jsonb(l)::text AS image
            """;

    static final String DELETE_LIMIT = """
            UPDATE retention_limits SET deleted = true, version = version + 1, updated_at = clock_timestamp()
            WHERE project_id = :projectId
            """;

    private ProjectSql() {}
}
