package dev.inferencestore.storage.usage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The quotas of projects, and whether they are kept. Connections must have {@code inference_store} as their schema. */
public final class Quotas {
    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
    private static final String ACTOR = "usage";

    private final Jdbi jdbi;

    public Quotas(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** What setting a quota did. */
    public record Change(Quota quota, boolean created) {}

    /**
     * How many projects are past 80 percent of a quota, and how many past all of it.
     *
     * @param near without those that are over
     */
    public record Figures(long near, long over) {}

    private record Row(Quota quota, @Nullable Integer level, String image) {}

    /** A project's quota, if it has one. */
    public Optional<Quota> find(String projectId) {
        return jdbi.withHandle(handle -> row(handle, UsageSql.QUOTA, projectId).map(Row::quota));
    }

    /**
     * A project's quota, which must be there.
     *
     * @throws NotFound when it is not
     */
    public Quota require(String projectId) {
        return find(projectId).orElseThrow(() -> missing(projectId));
    }

    /** Warnings about what a project uses now; none where it has no quota. */
    public List<Quota.Warning> warnings(String projectId) {
        return jdbi.withHandle(handle -> row(handle, UsageSql.QUOTA, projectId)
                .map(row -> row.quota().warnings(Usage.projectNow(handle, projectId)))
                .orElse(List.of()));
    }

    /**
     * Sets a project's quota in place of any other. Asking for what is so already makes no new version.
     *
     * @param actor who asks, for the audit log
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Change put(String projectId, Quota.Terms terms, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            Row before = check(handle, projectId, precondition);
            if (before != null && before.quota().terms().equals(terms)) {
                return new Change(before.quota(), false);
            }
            Row after = handle.createQuery(UsageSql.PUT_QUOTA)
                    .bind("projectId", projectId)
                    .bindByType("records", terms.records(), Long.class)
                    .bindByType("bytes", terms.bytes(), Long.class)
                    .map((row, context) -> row(row))
                    .one();
            String image = before == null ? null : before.image();
            ControlLog.auditProject(handle, actor, "quota.set", projectId, image, after.image());
            return new Change(after.quota(), before == null);
        });
    }

    /**
     * Takes a project's quota away.
     *
     * @param actor who asks, for the audit log
     * @return the quota as it was
     * @throws NotFound when there is none
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Quota delete(String projectId, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            Row before = check(handle, projectId, precondition);
            if (before == null) {
                throw missing(projectId);
            }
            handle.createUpdate(UsageSql.DELETE_QUOTA)
                    .bind("projectId", projectId)
                    .execute();
            ControlLog.auditProject(handle, actor, "quota.deleted", projectId, before.image(), null);
            return before.quota();
        });
    }

    /**
     * Looks at every quota that is new or was last looked at in an earlier hour, and says once when 80 percent or all of it
     * are passed: an event, an audit entry and a line in the log. Coming back below makes it said again.
     */
    public void check(Instant now) {
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        List<String> due = jdbi.withHandle(handle -> handle.createQuery(UsageSql.QUOTAS_DUE)
                .bind("hour", hour)
                .mapTo(String.class)
                .list());
        due.forEach(projectId -> jdbi.useTransaction(handle -> handle.createQuery(UsageSql.TAKE_QUOTA)
                .bind("projectId", projectId)
                .bind("hour", hour)
                .map((row, context) -> row(row))
                .findOne()
                .ifPresent(row -> check(handle, row))));
    }

    public Figures figures() {
        return jdbi.withHandle(handle -> handle.createQuery(UsageSql.QUOTA_FIGURES)
                .map((row, context) -> new Figures(row.getLong("near"), row.getLong("over")))
                .one());
    }

    private static void check(Handle handle, Row row) {
        String projectId = row.quota().projectId();
        Used used = Usage.projectNow(handle, projectId);
        List<Quota.Warning> warnings = row.quota().warnings(used);
        int level = warnings.stream().mapToInt(Quota.Warning::level).max().orElse(0);
        int before = row.level() == null ? 0 : row.level();
        if (level > before) {
            announce(handle, row.quota(), level, used, warnings);
        }
        handle.createUpdate(UsageSql.CHECKED_QUOTA)
                .bind("projectId", projectId)
                .bind("level", level)
                .execute();
    }

    private static void announce(Handle handle, Quota quota, int level, Used used, List<Quota.Warning> warnings) {
        String what = level >= Quota.OVER ? "quota.exceeded" : "quota.warning";
        ObjectNode data = JsonNodeFactory.instance
                .objectNode()
                .put("project_id", quota.projectId())
                .put("level", level);
        data.putObject("quota")
                .put("records", quota.terms().records())
                .put("bytes", quota.terms().bytes());
        data.putObject("used")
                .put("records", used.records())
                .put("inputs", used.inputs())
                .put("bytes", used.bytes());
        RetentionOutbox.addOfProject(handle, what, quota.projectId(), quota.projectId(), data);
        ControlLog.auditProject(handle, ACTOR, what, quota.projectId(), null, data.toString());
        warnings.forEach(warning -> LOG.warn(
                "project '{}' uses {} % of its quota of {}: {} of {}",
                quota.projectId(), warning.percent(), warning.of(), warning.used(), warning.quota()));
    }

    private static @Nullable Row check(Handle handle, String projectId, Precondition precondition) {
        Row before = row(handle, UsageSql.QUOTA, projectId).orElse(null);
        precondition.check(
                "the quota of project '" + projectId + "'",
                before == null ? null : before.quota().version());
        return before;
    }

    private static Optional<Row> row(Handle handle, String sql, String projectId) {
        return handle.createQuery(sql)
                .bind("projectId", projectId)
                .map((row, context) -> row(row))
                .findOne();
    }

    private static Row row(ResultSet row) throws SQLException {
        Quota.Terms terms = new Quota.Terms(row.getObject("records", Long.class), row.getObject("bytes", Long.class));
        Quota quota = new Quota(
                row.getString("project_id"),
                terms,
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
        return new Row(quota, row.getObject("level", Integer.class), row.getString("image"));
    }

    private static NotFound missing(String projectId) {
        return new NotFound(NotFound.What.SETTING, "project '" + projectId + "' has no quota");
    }
}
