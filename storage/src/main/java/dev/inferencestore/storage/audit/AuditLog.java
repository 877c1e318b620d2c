package dev.inferencestore.storage.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads the audit log. Connections must have {@code inference_store} as their schema. */
public final class AuditLog {
    private final Jdbi jdbi;

    public AuditLog(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Entries, the newest first. */
    public List<AuditEntry> list(AuditQuery query) {
        StringBuilder sql = new StringBuilder(AuditSql.LIST);
        Map<String, Object> asked = new HashMap<>();
        ask(sql, asked, AuditSql.OF_MODEL, "modelId", query.modelId());
        ask(sql, asked, AuditSql.OF_PROJECT, "projectId", query.projectId());
        if (query.visible() != null) {
            ask(sql, asked, AuditSql.OF_PROJECTS, "projects", query.visible().toArray(String[]::new));
        }
        ask(sql, asked, AuditSql.BY_ACTOR, "actor", query.actor());
        ask(sql, asked, AuditSql.OF_ACTION, "action", query.action());
        ask(sql, asked, AuditSql.FROM, "start", time(query.start()));
        ask(sql, asked, AuditSql.UNTIL, "end", time(query.end()));
        AuditQuery.Place after = query.after();
        if (after != null) {
            ask(sql, asked, AuditSql.BELOW, "afterAt", time(after.at()));
            asked.put("afterId", after.id());
        }
        asked.put("limit", query.limit());
        return jdbi.withHandle(handle -> handle.createQuery(sql + AuditSql.PAGE)
                .bindMap(asked)
                .map((row, context) -> entry(row))
                .list());
    }

    private static void ask(
            StringBuilder sql, Map<String, Object> asked, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            asked.put(name, value);
        }
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getLong("audit_id"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                row.getString("action"),
                row.getString("project_id"),
                row.getString("model_id"),
                row.getString("before"),
                row.getString("after"));
    }
}
