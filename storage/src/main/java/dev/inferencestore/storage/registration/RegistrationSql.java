package dev.inferencestore.storage.registration;

/** Every statement of registration: models, versions, the outbox, the audit log and the figures shown with a model. */
final class RegistrationSql {
    /** The channel on which a committed change wakes the relay. */
    static final String CHANNEL = "inference_store_control";

    /** The first statement of every change: what follows is ordered as the commits are. */
    static final String LOCK_VERSIONS = """
            SELECT last FROM control_version FOR UPDATE
            """;

    static final String DRAW_VERSION = """
            UPDATE control_version
            SET last = greatest(last + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
            RETURNING last
            """;

    static final String MODEL_WITH_IMAGE = """
            SELECT m.*, to_jsonb(m)::text AS image FROM models m WHERE model_id = :modelId
            """;

    static final String MODEL = """
            SELECT * FROM models WHERE model_id = :modelId AND NOT deleted
            """;

    /** Register anew, replace, or bring back what was unregistered: storage is then off again. */
    static final String PUT_MODEL = """
            INSERT INTO models AS m (model_id, project_id, task_type, name, sources, control_version, created_at, updated_at)
            VALUES (:modelId, :projectId, :taskType, :name, CAST(:sources AS jsonb), :version,
                    clock_timestamp(), clock_timestamp())
            ON CONFLICT (model_id) DO UPDATE
            SET project_id = excluded.project_id,
                task_type = excluded.task_type,
                name = excluded.name,
                sources = excluded.sources,
                capture = CASE WHEN m.deleted THEN NULL ELSE m.capture END,
                storage_enabled = m.storage_enabled AND NOT m.deleted,
                created_at = CASE WHEN m.deleted THEN excluded.created_at ELSE m.created_at END,
                updated_at = excluded.updated_at,
                control_version = excluded.control_version,
                deleted = false
            RETURNING m.*, to_jsonb(m)::text AS image
            """;

    /** Registered models that have a source like one of these, each looked for by what it must say. */
    static final String SOURCES_OF_OTHERS = """
            SELECT m.model_id, m.project_id, m.sources::text AS sources
            FROM models m
            WHERE NOT m.deleted AND m.model_id <> :modelId
              AND EXISTS (SELECT 1 FROM jsonb_array_elements(CAST(:sources AS jsonb)) s(entry)
                          WHERE m.sources @> jsonb_build_array(s.entry))
            ORDER BY m.model_id
            """;

    static final String SWITCH_STORAGE = """
            UPDATE models AS m
            SET storage_enabled = :enabled, control_version = :version, updated_at = clock_timestamp()
            WHERE model_id = :modelId
            RETURNING m.*, to_jsonb(m)::text AS image
            """;

    /** The version of rules goes on where there are none any more. */
    static final String SET_CAPTURE = """
            UPDATE models AS m
            SET capture_version = m.capture_version + 1,
                capture = jsonb_set(CAST(:capture AS jsonb), '{version}', to_jsonb(m.capture_version + 1)),
                control_version = :version, updated_at = clock_timestamp()
            WHERE model_id = :modelId
            RETURNING m.*, to_jsonb(m)::text AS image
            """;

    static final String ADD_FLOORS = """
            INSERT INTO floors (model_id) VALUES (:modelId) ON CONFLICT (model_id) DO NOTHING
            """;

    private static final String CONTROL_RECORD = """
            SELECT m.*, f.generation, p.policy_id, p.version, p.record_age, p.blob_age, p.delete_action,
                   p.automated_interval, p.anchor, p.paused
            FROM models m JOIN floors f USING (model_id)
            LEFT JOIN retention_policies p ON p.model_id = m.model_id AND NOT p.deleted
            """;

    static final String CONTROL_RECORD_OF_MODEL = CONTROL_RECORD + "WHERE m.model_id = :modelId";

    static final String ALL_CONTROL_RECORDS =
            CONTROL_RECORD + "WHERE m.control_version > :after ORDER BY m.control_version";

    static final String TOUCH_MODEL = """
            UPDATE models SET control_version = :version, updated_at = clock_timestamp() WHERE model_id = :modelId
            """;

    static final String ADD_AUDIT_ENTRY = """
            INSERT INTO audit_log (at, actor, action, project_id, model_id, before, after)
            VALUES (clock_timestamp(), :actor, :action,
                    coalesce(CAST(:projectId AS text), (SELECT project_id FROM models WHERE model_id = :modelId)),
                    :modelId, CAST(:before AS jsonb), CAST(:after AS jsonb))
            """;

    static final String ADD_TO_OUTBOX = """
            INSERT INTO control_outbox (control_version, model_id, record, created_at)
            VALUES (:version, :modelId, :record, clock_timestamp())
            """;

    static final String WAKE_RELAY = """
            SELECT pg_notify('inference_store_control', '')
            """;

    /** Also models that are unregistered; those that are being erased with the last task that does it. */
    private static final String KNOWN_MODELS = """
            SELECT m.*, e.task_id::text AS erase_task
            FROM models m LEFT JOIN LATERAL (
                SELECT t.task_id FROM retention_tasks t
                WHERE m.deleting AND t.model_id = m.model_id AND t.trigger = 'erase' AND t.whole_model
                ORDER BY t.created_at DESC LIMIT 1) e ON true
            """;

    static final String KNOWN_MODEL = KNOWN_MODELS + "WHERE m.model_id = :modelId";

    static final String LIST_MODELS = KNOWN_MODELS + """
            WHERE m.deleted = :deleted AND m.deleting = :deleting
              AND m.model_id > :after
              AND (CAST(:projectId AS text) IS NULL OR m.project_id = :projectId)
              AND (:all OR m.project_id = ANY(:projects))
              AND (CAST(:enabled AS boolean) IS NULL OR m.storage_enabled = :enabled)
            ORDER BY m.model_id
            LIMIT :limit
            """;

    static final String INGEST = """
            SELECT outcome, reason, sum(count)::bigint AS count, max(last_at) AS last_at,
                   (array_agg(detail ORDER BY last_at DESC))[1] AS detail
            FROM model_ingest
            WHERE model_id = :modelId
            GROUP BY outcome, reason
            ORDER BY outcome, reason
            """;

    static final String STORED = """
            SELECT model_id,
                   sum(records)::bigint AS records,
                   sum(inputs)::bigint AS inputs,
                   sum(bytes)::bigint AS bytes,
                   min(oldest) FILTER (WHERE records > 0) AS oldest,
                   max(newest) FILTER (WHERE records > 0) AS newest
            FROM model_hours
            WHERE model_id = ANY(:modelIds)
            GROUP BY model_id
            """;

    /** All, or those that are within the claims of these projects. */
    static final String UNMATCHED = """
            SELECT u.* FROM unmatched_sources u
            WHERE :all OR EXISTS (
                SELECT 1 FROM project_claims c
                WHERE NOT c.deleted AND c.project_id = ANY(:projects)
                  AND (u.topic = ANY(c.topics)
                       OR EXISTS (SELECT 1 FROM unnest(c.id_prefixes) p WHERE starts_with(u.name, p))
                       OR EXISTS (SELECT 1 FROM unnest(c.namespaces) n WHERE starts_with(u.name, 'kserve ' || n || '/')
                                    OR starts_with(u.name, 'seldon ' || n || '/'))))
            ORDER BY u.last_seen DESC, u.name
            LIMIT :limit
            """;

    static final String UNMATCHED_BY_NAME = """
            SELECT * FROM unmatched_sources WHERE name = :name
            """;

    private RegistrationSql() {}
}
