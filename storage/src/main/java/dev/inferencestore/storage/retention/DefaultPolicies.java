package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.project.LimitRules;
import dev.inferencestore.storage.project.ProjectRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The default retention policies of projects. A change is one transaction; it then reaches the models one by one, each in
 * a transaction of its own, as a change of the model's own policy would. What is cut short is gone on with by
 * {@link #reconcile}. Connections must have {@code inference_store} as their schema.
 */
public final class DefaultPolicies {
    private static final String RECONCILER = "job";
    private static final int PAGE = 500;
    /** A model that cannot be changed keeps no other from it; a database that is away is not asked for each of them. */
    private static final int MOST_FAILURES = 3;

    private final Jdbi jdbi;

    public DefaultPolicies(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * A default policy and how far it has reached.
     *
     * @param created there was none before
     * @param models that have it as their policy; of one that was deleted, those that had it
     * @param complete no model is left that still has to take it
     */
    public record Change(DefaultPolicy policy, boolean created, long models, boolean complete) {}

    /**
     * A project's default policy, which must be there.
     *
     * @throws NotFound when it is not
     */
    public Change require(String projectId) {
        DefaultPolicy policy = jdbi.withHandle(handle -> ProjectRows.defaultPolicy(handle, projectId)
                .map(ProjectRows.Image::row)
                .orElseThrow(() -> missing(projectId)));
        return reached(policy, false);
    }

    /**
     * Sets a project's default policy, and makes it that of every model of the project without one of its own. Asking for
     * what is so already makes no new version; models that are left take it all the same.
     *
     * @param terms which break no rule of policies
     * @param actor who asks, for the audit log
     * @throws dev.inferencestore.storage.refusal.Invalid when they break the project's limit
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Change put(String projectId, PolicyTerms terms, Precondition precondition, String actor) {
        Change written = jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            ProjectRows.@Nullable Image<DefaultPolicy> before =
                    ProjectRows.defaultPolicy(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            LimitRules.check(handle, projectId, terms);
            if (before != null && before.row().terms().equals(terms)) {
                return new Change(before.row(), false, 0, false);
            }
            ProjectRows.Image<DefaultPolicy> after =
                    ProjectRows.putDefaultPolicy(handle, projectId, terms, ControlLog.draw(handle));
            RetentionEvents.defaultPolicy(handle, "default-policy.set", actor, after.row(), before, after);
            return new Change(after.row(), before == null, 0, false);
        });
        var unused = carryOut(projectId, actor);
        return reached(written.policy(), written.created());
    }

    /**
     * Deletes a project's default policy: models that have it as theirs have none any more.
     *
     * @param actor who asks, for the audit log
     * @throws NotFound when there is none
     * @throws Conflict while the project has a limit
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Change delete(String projectId, Precondition precondition, String actor) {
        DefaultPolicy deleted = jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            ProjectRows.@Nullable Image<DefaultPolicy> before =
                    ProjectRows.defaultPolicy(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            if (before == null) {
                throw missing(projectId);
            }
            if (ProjectRows.limit(handle, projectId).isPresent()) {
                throw new Conflict("project '" + projectId + "' has a retention limit, and without a default policy its"
                        + " models without a policy would be kept for ever: take the limit away first, with DELETE"
                        + " /api/v1/projects/{project_id}/retention-limit, or PUT another default");
            }
            ProjectRows.deleteDefaultPolicy(handle, projectId);
            RetentionEvents.defaultPolicy(handle, "default-policy.deleted", actor, before.row(), before, null);
            return before.row();
        });
        return new Change(deleted, false, carryOut(projectId, actor), true);
    }

    /**
     * Finishes what a change of a default has not reached, of all projects.
     *
     * @return how many models it reached
     */
    public int reconcile() {
        return carryOut(null, RECONCILER);
    }

    /**
     * Brings every model that is left to its project's present default.
     *
     * @param projectId null for all
     * @return how many models it brought there
     */
    int carryOut(@Nullable String projectId, String actor) {
        Failures failures = new Failures();
        int reached = 0;
        List<String> page = left(projectId, "", PAGE);
        while (!page.isEmpty() && failures.count < MOST_FAILURES) {
            for (String modelId : page) {
                if (failures.count < MOST_FAILURES && failures.of(() -> bring(modelId, actor))) {
                    reached++;
                }
            }
            page = left(projectId, page.get(page.size() - 1), PAGE);
        }
        failures.rethrow();
        return reached;
    }

    private boolean bring(String modelId, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = RetentionPolicies.lock(handle, modelId);
            String projectId = ProjectRows.projectOf(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
            long version = ControlLog.draw(handle);
            if (InheritedPolicies.follow(
                    handle, modelId, projectId, floors, RetentionPolicies.image(handle, modelId), version, actor)) {
                ControlLog.touch(handle, modelId, version);
                ControlLog.publish(handle, modelId);
            }
            return true;
        });
    }

    private Change reached(DefaultPolicy policy, boolean created) {
        long models = jdbi.withHandle(handle -> handle.createQuery(RetentionSql.INHERITING)
                .bind("projectId", policy.projectId())
                .bind("revision", policy.revision())
                .mapTo(Long.class)
                .one());
        return new Change(
                policy, created, models, left(policy.projectId(), "", 1).isEmpty());
    }

    private List<String> left(@Nullable String projectId, String after, int limit) {
        return jdbi.withHandle(handle -> left(handle, projectId, after, limit));
    }

    private static List<String> left(Handle handle, @Nullable String projectId, String after, int limit) {
        return handle.createQuery(RetentionSql.NOT_YET_INHERITING)
                .bindByType("projectId", projectId, String.class)
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    private static NotFound missing(String projectId) {
        return new NotFound(
                NotFound.What.SETTING,
                "project '" + projectId + "' has no default retention policy: set one with PUT"
                        + " /api/v1/projects/{project_id}/default-retention-policy");
    }

    private static String named(String projectId) {
        return "default retention policy of project '" + projectId + "'";
    }

    /** Of single models: the first is thrown when the others are done. */
    private static final class Failures {
        private @Nullable RuntimeException first;
        private int count;

        boolean of(Optionally step) {
            try {
                return step.isDone();
            } catch (NotFound unregisteredSince) {
                return false;
            } catch (RuntimeException failed) {
                count++;
                if (first == null) {
                    first = failed;
                } else {
                    first.addSuppressed(failed);
                }
                return false;
            }
        }

        void rethrow() {
            if (first != null) {
                throw first;
            }
        }
    }

    private interface Optionally {
        boolean isDone();
    }
}
