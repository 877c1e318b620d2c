package dev.inferencestore.domain.retention;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a task may go on, asked under the lock of the model's floors before every step that cannot be undone. */
public final class RunRules {
    public static final String CANCELLED = "cancelled on request";
    public static final String POLICY_CHANGED = "policy changed";
    public static final String POLICY_DELETED = "policy deleted";

    private RunRules() {}

    /**
     * Why a task must end as cancelled; empty while it may go on.
     *
     * @param policyVersion of the policy that it was made with; null where it obeys none
     * @param policy the model's policy now; null where it has none
     */
    public static Optional<String> stop(
            boolean cancelRequested, @Nullable Long policyVersion, @Nullable RetentionPolicy policy) {
        if (cancelRequested) {
            return Optional.of(CANCELLED);
        }
        if (policyVersion == null) {
            return Optional.empty();
        }
        if (policy == null) {
            return Optional.of(POLICY_DELETED);
        }
        return policy.version() == policyVersion ? Optional.empty() : Optional.of(POLICY_CHANGED);
    }

    /**
     * What the purge of a SOFT task removes: nothing that is visible, and nothing that the policy keeps by now.
     *
     * @param hidden what the task still hides
     * @param policy the model's policy now; null where it has none
     * @param now microseconds since 1970
     */
    public static Cutoffs purge(Cutoffs hidden, @Nullable RetentionPolicy policy, long now) {
        return hidden.lower(Cutoffs.at(policy == null ? null : policy.terms(), now));
    }
}
