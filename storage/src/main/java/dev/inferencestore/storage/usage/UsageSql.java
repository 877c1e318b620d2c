package dev.inferencestore.storage.usage;

/** Every statement over {@code model_usage}, {@code project_usage}, {@code usage_samples} and {@code project_quotas}. */
final class UsageSql {
    /** Of a model that is unregistered only where something of it is still stored. */
    static final String MODEL_IS_KNOWN = """
            SELECT EXISTS (SELECT 1 FROM models m WHERE m.model_id = :modelId
                           AND (NOT m.deleted OR m.deleting
                                OR EXISTS (SELECT 1 FROM model_hours h WHERE h.model_id = m.model_id)))
            """;

    private static final String SUMS = """
            coalesce(sum(h.records), 0)::bigint AS records, coalesce(sum(h.inputs), 0)::bigint AS inputs,
            coalesce(sum(h.bytes), 0)::bigint AS bytes
            """;

    static final String MODEL_NOW = "SELECT " + SUMS + " FROM model_hours h WHERE h.model_id = :id";

    static final String PROJECT_NOW =
            "SELECT " + SUMS + " FROM models m JOIN model_hours h USING (model_id) WHERE m.project_id = :id";

    private static final String EVERY_HOUR = """
            SELECT at, records, inputs, bytes FROM %1$s
            WHERE %2$s = :id AND at >= :start AND at < :end
            ORDER BY at
            """;

    private static final String LAST_OF_A_DAY = """
            SELECT DISTINCT ON (date_trunc('day', at, 'UTC')) at, records, inputs, bytes FROM %1$s
            WHERE %2$s = :id AND at >= :start AND at < :end
            ORDER BY date_trunc('day', at, 'UTC'), at DESC
            """;

    /** One sampler at a time, until the transaction ends; the others have nothing to do. */
    static final String TRY_TO_SAMPLE =
            "SELECT pg_try_advisory_xact_lock(hashtextextended('inference_store.usage', 0))";

    /** Sampling reads a row of each hour that each model has; more than a call may take. */
    static final String TAKE_TIME = "SET LOCAL statement_timeout = '10min'";

    static final String IS_SAMPLED = "SELECT EXISTS (SELECT 1 FROM usage_samples WHERE at = :at)";

    static final String SAMPLE_MODELS = """
            INSERT INTO model_usage (model_id, at, records, inputs, bytes)
            SELECT model_id, :at, sum(records), sum(inputs), sum(bytes)
            FROM model_hours
            GROUP BY model_id
            HAVING sum(records) > 0 OR sum(inputs) > 0 OR sum(bytes) > 0
            """;

    static final String SAMPLE_PROJECTS = """
            INSERT INTO project_usage (project_id, at, records, inputs, bytes)
            SELECT m.project_id, u.at, sum(u.records), sum(u.inputs), sum(u.bytes)
            FROM model_usage u JOIN models m USING (model_id)
            WHERE u.at = :at
            GROUP BY m.project_id, u.at
            """;

    static final String SAMPLED = "INSERT INTO usage_samples (at) VALUES (:at)";

    /** Of days whose hours are no longer kept, all samples but the last. */
    private static final String THIN = """
            DELETE FROM %1$s u
            WHERE u.at < :daily AND u.at >= CAST(:daily AS timestamptz) - interval '40 days'
              AND EXISTS (SELECT 1 FROM %1$s later
                          WHERE later.%2$s = u.%2$s AND later.at > u.at
                            AND later.at < date_trunc('day', u.at, 'UTC') + interval '1 day')
            """;

    private static final String FORGET = "DELETE FROM %s WHERE at < :oldest";

    static final String THIN_MODELS = THIN.formatted("model_usage", "model_id");
    static final String THIN_PROJECTS = THIN.formatted("project_usage", "project_id");
    static final String FORGET_MODELS = FORGET.formatted("model_usage");
    static final String FORGET_PROJECTS = FORGET.formatted("project_usage");
    static final String FORGET_SAMPLES = FORGET.formatted("usage_samples");

    static final String QUOTA = """
            SELECT q.*, to_jsonb(q)::text AS image FROM project_quotas q WHERE q.project_id = :projectId AND NOT q.deleted
            """;

    /** Another quota is another line to pass, so what was announced is forgotten. */
    static final String PUT_QUOTA = """
            INSERT INTO project_quotas AS q (project_id, version, records, bytes, created_at, updated_at)
            VALUES (:projectId, 1, :records, :bytes, clock_timestamp(), clock_timestamp())
            ON CONFLICT (project_id) DO UPDATE
            SET version = q.version + 1,
                created_at = CASE WHEN q.deleted THEN excluded.created_at ELSE q.created_at END,
                deleted = false,
                records = excluded.records,
                bytes = excluded.bytes,
                level = NULL,
                checked_at = NULL,
                updated_at = excluded.updated_at
            RETURNING q.*, to_jsonb(q)::text AS image
            """;

    static final String DELETE_QUOTA = """
            UPDATE project_quotas
            SET deleted = true, version = version + 1, level = NULL, checked_at = NULL, updated_at = clock_timestamp()
            WHERE project_id = :projectId
            """;

    static final String QUOTAS_DUE = """
            SELECT project_id FROM project_quotas
            WHERE NOT deleted AND (checked_at IS NULL OR checked_at < :hour)
            ORDER BY project_id
            """;

    /** Whoever has it checks it; who comes second sees that it is done. */
    static final String TAKE_QUOTA = """
            SELECT q.*, to_jsonb(q)::text AS image FROM project_quotas q
            WHERE q.project_id = :projectId AND NOT q.deleted AND (q.checked_at IS NULL OR q.checked_at < :hour)
            FOR UPDATE
            """;

    static final String CHECKED_QUOTA = """
            UPDATE project_quotas SET level = :level, checked_at = clock_timestamp() WHERE project_id = :projectId
            """;

    static final String QUOTA_FIGURES = """
            SELECT count(*) FILTER (WHERE level = 80) AS near, count(*) FILTER (WHERE level = 100) AS over
            FROM project_quotas WHERE NOT deleted
            """;

    private UsageSql() {}

    static String modelSeries(Usage.Step step) {
        return series(step, "model_usage", "model_id");
    }

    static String projectSeries(Usage.Step step) {
        return series(step, "project_usage", "project_id");
    }

    private static String series(Usage.Step step, String table, String key) {
        return (step == Usage.Step.HOUR ? EVERY_HOUR : LAST_OF_A_DAY).formatted(table, key);
    }
}
