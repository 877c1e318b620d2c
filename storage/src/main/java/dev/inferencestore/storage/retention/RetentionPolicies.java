package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.project.LimitRules;
import dev.inferencestore.storage.project.ProjectRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The one retention policy of each model. A change is one transaction under the lock of the model's floors, so it comes
 * before the next slice of a run or after it: what was not claimed by then obeys the new policy. It shows again what was
 * hidden and the new policy keeps, cancels tasks that wait, and sends the model's control record. Connections must have
 * {@code inference_store} as their schema.
 */
public final class RetentionPolicies {
    private final Jdbi jdbi;

    public RetentionPolicies(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** A model's policy. */
    public Optional<Policy> find(String modelId) {
        return jdbi.withHandle(handle -> find(handle, modelId));
    }

    /**
     * A model's policy, which must be there.
     *
     * @throws NotFound when the model is not registered or has no policy
     */
    public Policy require(String modelId) {
        return jdbi.withHandle(handle -> {
            requireRegistered(handle, modelId);
            return find(handle, modelId).orElseThrow(() -> NotFound.policy(modelId));
        });
    }

    /** The policies of many models in one statement, by model id; a model that has none is not in it. */
    public Map<String, Policy> find(Collection<String> modelIds) {
        return jdbi.withHandle(handle -> {
            Map<String, Policy> policies = new HashMap<>();
            handle.createQuery(RetentionSql.POLICIES)
                    .bindArray("modelIds", String.class, modelIds.toArray())
                    .map((row, context) -> Rows.policy(row))
                    .forEach(policy -> policies.put(policy.modelId(), policy));
            return policies;
        });
    }

    /**
     * Sets a model's own policy, in place of any other.
     *
     * @param terms which break no rule
     * @param precondition about the version of the policy there is
     * @param actor who asks, for the audit log
     * @throws NotFound when the model is not registered
     * @throws dev.inferencestore.storage.refusal.Invalid when the terms break the limit of the model's project
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public PolicyChange put(String modelId, PolicyTerms terms, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = lock(handle, modelId);
            @Nullable Image before = image(handle, modelId);
            precondition.check(named(modelId), before == null ? null : before.version());
            LimitRules.check(
                    handle, ProjectRows.projectOf(handle, modelId).orElseThrow(() -> NotFound.model(modelId)), terms);
            long version = ControlLog.draw(handle);
            Image after = PolicyWrites.set(handle, modelId, floors, before, terms, null, version, actor);
            tell(handle, modelId, version);
            return new PolicyChange(after.policy(), before == null, null, floors.hard(), running(handle, modelId));
        });
    }

    /**
     * Deletes a model's own policy. It takes its project's default; where there is none all that is stored stays, and
     * what was hidden and not claimed is shown again.
     *
     * @param actor who asks, for the audit log
     * @throws NotFound when the model is not registered or has no policy
     * @throws Conflict when its policy is the project's default
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public PolicyChange delete(String modelId, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = lock(handle, modelId);
            @Nullable Image before = image(handle, modelId);
            precondition.check(named(modelId), before == null ? null : before.version());
            if (before == null) {
                throw NotFound.policy(modelId);
            }
            if (before.policy().inherited()) {
                throw new Conflict("the retention policy of model '" + modelId + "' is its project's default: change or"
                        + " delete that, with /api/v1/projects/{project_id}/default-retention-policy, or set one of its"
                        + " own with PUT");
            }
            long version = ControlLog.draw(handle);
            @Nullable Policy instead = InheritedPolicies.fallBack(handle, modelId, floors, before, version, actor);
            tell(handle, modelId, version);
            return new PolicyChange(before.policy(), false, instead, floors.hard(), running(handle, modelId));
        });
    }

    /**
     * What a policy with these terms would find if it ran now. Nothing is changed.
     *
     * @throws NotFound when the model is not registered
     */
    public Preview preview(String modelId, PolicyTerms terms) {
        return jdbi.inTransaction(handle -> {
            Floors floors = FloorRows.read(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
            requireRegistered(handle, modelId);
            Cutoffs cutoffs = Cutoffs.at(terms, now(handle));
            Cutoffs from = Matched.leftBy(ModelFloors.withoutFailed(handle, modelId, floors), terms.action());
            return new Preview(cutoffs, Matched.find(handle, modelId, terms.action(), from, cutoffs));
        });
    }

    /** What a policy would find. */
    public record Preview(Cutoffs cutoffs, Matched matched) {}

    static Optional<Policy> find(Handle handle, String modelId) {
        return handle.createQuery(RetentionSql.POLICY)
                .bind("modelId", modelId)
                .map((row, context) -> Rows.policy(row))
                .findOne();
    }

    static long now(Handle handle) {
        return handle.createQuery(RetentionSql.NOW_MICROS).mapTo(Long.class).one();
    }

    /** Every lock of a change, in the order in which all take them. */
    static Floors lock(Handle handle, String modelId) {
        Floors floors = FloorRows.lock(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
        ControlLog.lock(handle);
        requireRegistered(handle, modelId);
        return floors;
    }

    static void requireRegistered(Handle handle, String modelId) {
        boolean registered = handle.createQuery(RetentionSql.IS_REGISTERED)
                .bind("modelId", modelId)
                .mapTo(Boolean.class)
                .one();
        if (!registered) {
            throw NotFound.model(modelId);
        }
    }

    /** Sends the job the model's control record. */
    private static void tell(Handle handle, String modelId, long version) {
        ControlLog.touch(handle, modelId, version);
        ControlLog.publish(handle, modelId);
    }

    private static @Nullable String running(Handle handle, String modelId) {
        return handle.createQuery(RetentionSql.RUNNING_TASK)
                .bind("modelId", modelId)
                .map((row, context) -> row.getString("task_id"))
                .findOne()
                .orElse(null);
    }

    /** What an unregistered model did can still be read. */
    static void requireKnown(Handle handle, String modelId) {
        if (FloorRows.read(handle, modelId).isEmpty()) {
            throw NotFound.model(modelId);
        }
    }

    static @Nullable Image image(Handle handle, String modelId) {
        return handle.createQuery(RetentionSql.LOCK_POLICY)
                .bind("modelId", modelId)
                .map((row, context) -> row.getBoolean("deleted") ? null : Image.of(row))
                .findOne()
                .orElse(null);
    }

    private static String named(String modelId) {
        return "retention policy of model '" + modelId + "'";
    }

    /** A row with its whole content as JSON, for the audit log. */
    record Image(Policy policy, String json) {
        static Image of(ResultSet row) throws SQLException {
            return new Image(Rows.policy(row), row.getString("image"));
        }

        long version() {
            return policy.policy().version();
        }
    }
}
