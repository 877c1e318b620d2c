package dev.inferencestore.storage.audit;

/** The statement that lists the audit log, put together of what is asked for so that each filter has its index. */
final class AuditSql {
    static final String LIST = """
            SELECT audit_id, at, actor, action, project_id, model_id, before::text AS before, after::text AS after
            FROM audit_log
            WHERE true
            """;

    static final String OF_MODEL = "AND model_id = :modelId\n";
    static final String OF_PROJECT = "AND project_id = :projectId\n";
    static final String OF_PROJECTS = "AND project_id = ANY(:projects)\n";
    static final String BY_ACTOR = "AND actor = :actor\n";
    static final String OF_ACTION = "AND action = :action\n";
    static final String FROM = "AND at >= :start\n";
    static final String UNTIL = "AND at < :end\n";
    static final String BELOW = "AND (at, audit_id) < (:afterAt, :afterId)\n";

    static final String PAGE = """
            ORDER BY at DESC, audit_id DESC
            LIMIT :limit
            """;

    private AuditSql() {}
}
