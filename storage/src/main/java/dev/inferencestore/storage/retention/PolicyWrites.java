package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RunRules;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes the one policy of a model, own or inherited, under the lock of its floors and that of versions, with all that
 * follows from it: what the policy keeps is shown again, tasks that wait are cancelled, the audit entry and the event are
 * made. The control record is the caller's, who may change more of the model.
 */
final class PolicyWrites {
    private PolicyWrites() {}

    /**
     * Sets a model's policy in place of any other.
     *
     * @param inheritedFrom revision of the project's default that it is; null for one of its own
     * @param version the control version of the change
     */
    static RetentionPolicies.Image set(
            Handle handle,
            String modelId,
            Floors floors,
            RetentionPolicies.@Nullable Image before,
            PolicyTerms terms,
            @Nullable Long inheritedFrom,
            long version,
            String actor) {
        long now = RetentionPolicies.now(handle);
        RetentionPolicies.Image after = handle.createQuery(RetentionSql.PUT_POLICY)
                .bind("modelId", modelId)
                .bind("newId", UUID.randomUUID().toString())
                .bindByType("recordAge", terms.recordAge(), Long.class)
                .bindByType("blobAge", terms.blobAge(), Long.class)
                .bind("action", terms.action().text())
                .bind("interval", terms.interval())
                .bindByType("inheritedFrom", inheritedFrom, Long.class)
                .bind("now", now)
                .bind("controlVersion", version)
                .map((row, context) -> RetentionPolicies.Image.of(row))
                .one();
        ModelFloors.showWhatIsKept(handle, modelId, floors, Cutoffs.at(terms, now));
        cancelWaiting(handle, modelId, RunRules.POLICY_CHANGED, actor);
        RetentionEvents.policy(
                handle, "policy.set", actor, after.policy(), before == null ? null : before.json(), after.json());
        return after;
    }

    /** Deletes a model's policy: all that is stored stays. */
    static void delete(
            Handle handle, String modelId, Floors floors, RetentionPolicies.Image before, long version, String actor) {
        handle.createUpdate(RetentionSql.DELETE_POLICY)
                .bind("modelId", modelId)
                .bind("controlVersion", version)
                .bind("now", RetentionPolicies.now(handle))
                .execute();
        ModelFloors.showWhatIsKept(handle, modelId, floors, Cutoffs.NONE);
        cancelWaiting(handle, modelId, RunRules.POLICY_DELETED, actor);
        RetentionEvents.policy(handle, "policy.deleted", actor, before.policy(), before.json(), null);
    }

    private static void cancelWaiting(Handle handle, String modelId, String why, String actor) {
        RetentionTasks.cancelWaiting(handle, modelId, RetentionSql.PENDING_TASKS, why, actor);
    }
}
