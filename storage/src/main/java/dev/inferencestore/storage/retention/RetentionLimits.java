package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.project.LimitRules;
import dev.inferencestore.storage.project.ProjectLimit;
import dev.inferencestore.storage.project.ProjectRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How long the policies of a project may keep things at most. While a limit is set, every registered model of the project
 * has a policy within it: whatever changes a policy, a default, a limit or the project of a model asks under the lock of
 * versions. Connections must have {@code inference_store} as their schema.
 */
public final class RetentionLimits {
    private static final int NAMED = 3;

    private final Jdbi jdbi;
    private final DefaultPolicies defaults;

    public RetentionLimits(DataSource database) {
        jdbi = Jdbi.create(database);
        defaults = new DefaultPolicies(database);
    }

    /** What setting a limit did. */
    public record Change(ProjectLimit limit, boolean created) {}

    /**
     * A project's limit, which must be there.
     *
     * @throws NotFound when it is not
     */
    public ProjectLimit require(String projectId) {
        return jdbi.withHandle(handle ->
                ProjectRows.limit(handle, projectId).map(ProjectRows.Image::row).orElseThrow(() -> missing(projectId)));
    }

    /**
     * Sets a project's limit in place of any other. Asking for what is so already makes no new version.
     *
     * @param limit which breaks no rule
     * @param actor who asks, for the audit log
     * @throws Conflict when the project has no default policy, or a policy that breaks the limit
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Change put(String projectId, RetentionLimit limit, Precondition precondition, String actor) {
        // So that no model is named only because the default has not reached it yet.
        var unused = defaults.carryOut(projectId, actor);
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            ProjectRows.@Nullable Image<ProjectLimit> before =
                    ProjectRows.limit(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            if (before != null && before.row().limit().equals(limit)) {
                return new Change(before.row(), false);
            }
            ProjectRows.Image<ProjectLimit> after = ProjectRows.putLimit(handle, projectId, limit);
            checkDefault(handle, after.row());
            checkModels(handle, after.row());
            RetentionEvents.limit(handle, "limit.set", actor, after.row(), before, after);
            return new Change(after.row(), before == null);
        });
    }

    /**
     * Takes a project's limit away.
     *
     * @param actor who asks, for the audit log
     * @return the limit as it was
     * @throws NotFound when there is none
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public ProjectLimit delete(String projectId, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            ProjectRows.@Nullable Image<ProjectLimit> before =
                    ProjectRows.limit(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            if (before == null) {
                throw missing(projectId);
            }
            ProjectRows.deleteLimit(handle, projectId);
            RetentionEvents.limit(handle, "limit.deleted", actor, before.row(), before, null);
            return before.row();
        });
    }

    private static void checkDefault(Handle handle, ProjectLimit limit) {
        DefaultPolicy policy = ProjectRows.defaultPolicy(handle, limit.projectId())
                .map(ProjectRows.Image::row)
                .orElseThrow(
                        () -> new Conflict("project '" + limit.projectId() + "' has no default retention policy, so"
                                + " its models without a policy would be kept for ever: set one within the limit first, with"
                                + " PUT /api/v1/projects/{project_id}/default-retention-policy"));
        LimitRules.why(limit.limit().brokenBy(policy.terms())).ifPresent(why -> {
            throw new Conflict("the default retention policy of project '" + limit.projectId() + "' breaks this limit: "
                    + why + ". Set one within it first");
        });
    }

    private static void checkModels(Handle handle, ProjectLimit limit) {
        List<String> named = new ArrayList<>();
        int more = 0;
        try (Stream<Optional<String>> models = handle
                .createQuery(RetentionSql.MODELS_OF_PROJECT)
                .bind("projectId", limit.projectId())
                .setFetchSize(1000)
                .map((row, context) -> broken(row, limit))
                .stream()) {
            for (String model : (Iterable<String>) models.flatMap(Optional::stream)::iterator) {
                if (named.size() < NAMED) {
                    named.add(model);
                } else {
                    more++;
                }
            }
        }
        if (!named.isEmpty()) {
            throw new Conflict("models of project '" + limit.projectId() + "' break this limit: "
                    + String.join(", ", named) + (more == 0 ? "" : " and " + more + " more")
                    + ". Set policies within it first, or delete them so that their models take the default");
        }
    }

    /** A model that breaks a limit, and why. */
    private static Optional<String> broken(ResultSet row, ProjectLimit limit) throws SQLException {
        Optional<String> why = row.getString("policy_id") == null
                ? Optional.of("it has no policy yet")
                : LimitRules.why(limit, Rows.policy(row).policy());
        String modelId = row.getString("of_model");
        return why.map(reason -> "'" + modelId + "' (" + reason + ")");
    }

    private static NotFound missing(String projectId) {
        return new NotFound(
                NotFound.What.SETTING,
                "project '" + projectId + "' has no retention limit: set one with PUT"
                        + " /api/v1/projects/{project_id}/retention-limit");
    }

    private static String named(String projectId) {
        return "retention limit of project '" + projectId + "'";
    }
}
