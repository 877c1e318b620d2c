package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.RetentionPolicy;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.project.LimitRules;
import dev.inferencestore.storage.project.ProjectRows;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How a model comes to have its project's default as its policy. Every step is under the lock of the model's floors and
 * that of versions, and reads the default there; so whatever comes in between, the last to commit has seen it.
 */
public final class InheritedPolicies {
    private InheritedPolicies() {}

    /**
     * A model was registered, again or in another project. One without a policy of its own has its project's from now on.
     * The caller has written the model, and sends its control record.
     *
     * @param version the control version of the change
     * @throws dev.inferencestore.storage.refusal.Conflict when its own policy breaks the project's limit
     */
    public static void enter(Handle handle, String modelId, String projectId, long version, String actor) {
        Floors floors = FloorRows.read(handle, modelId).orElseThrow();
        RetentionPolicies.@Nullable Image before = RetentionPolicies.image(handle, modelId);
        if (before != null && !before.policy().inherited()) {
            LimitRules.checkOwn(handle, projectId, modelId, before.policy().policy());
        }
        var unused = follow(handle, modelId, projectId, floors, before, version, actor);
    }

    /**
     * Makes a model's policy its project's default, unless it has one of its own.
     *
     * @param before the policy it has; null where it has none
     * @param version the control version of the change, if there is one
     * @return whether the policy has changed; not where it only says again what it said
     */
    static boolean follow(
            Handle handle,
            String modelId,
            String projectId,
            Floors floors,
            RetentionPolicies.@Nullable Image before,
            long version,
            String actor) {
        if (before != null && !before.policy().inherited()) {
            return false;
        }
        DefaultPolicy wanted = ProjectRows.defaultPolicy(handle, projectId)
                .map(ProjectRows.Image::row)
                .orElse(null);
        if (wanted == null) {
            if (before != null) {
                PolicyWrites.delete(handle, modelId, floors, before, version, actor);
            }
            return before != null;
        }
        if (before != null && saysTheSame(handle, before.policy().policy(), wanted)) {
            handle.createUpdate(RetentionSql.INHERIT_THE_SAME)
                    .bind("modelId", modelId)
                    .bind("inheritedFrom", wanted.revision())
                    .execute();
            return false;
        }
        inherit(handle, modelId, floors, before, wanted, version, actor);
        return true;
    }

    /**
     * A model gives up its own policy for its project's.
     *
     * @return the policy that it has instead; null where the project has none
     */
    static @Nullable Policy fallBack(
            Handle handle, String modelId, Floors floors, RetentionPolicies.Image own, long version, String actor) {
        DefaultPolicy wanted = ProjectRows.projectOf(handle, modelId)
                .flatMap(projectId -> ProjectRows.defaultPolicy(handle, projectId))
                .map(ProjectRows.Image::row)
                .orElse(null);
        if (wanted == null) {
            PolicyWrites.delete(handle, modelId, floors, own, version, actor);
            return null;
        }
        return inherit(handle, modelId, floors, own, wanted, version, actor).policy();
    }

    private static RetentionPolicies.Image inherit(
            Handle handle,
            String modelId,
            Floors floors,
            RetentionPolicies.@Nullable Image before,
            DefaultPolicy wanted,
            long version,
            String actor) {
        return PolicyWrites.set(handle, modelId, floors, before, wanted.terms(), wanted.revision(), version, actor);
    }

    /** What is paused stays so, but not in a project with a limit, which only runs enforce. */
    private static boolean saysTheSame(Handle handle, RetentionPolicy policy, DefaultPolicy wanted) {
        return policy.terms().equals(wanted.terms())
                && !(policy.paused()
                        && ProjectRows.limit(handle, wanted.projectId()).isPresent());
    }
}
