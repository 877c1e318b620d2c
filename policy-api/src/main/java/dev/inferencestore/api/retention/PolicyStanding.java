package dev.inferencestore.api.retention;

import dev.inferencestore.api.effect.InEffectWaits;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.RetentionPolicies;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a version of a policy stands.
 *
 * @param policy as it is now; null where that is not known or another version has taken its place
 * @param reason why the job does not act by it; null when it does
 * @param settled there is nothing more to wait for
 */
public record PolicyStanding(
        @Nullable Policy policy, @Nullable String reason, boolean settled) {

    /** A version that is waited for. */
    public record Version(String modelId, long version) {
        static Version of(Policy policy) {
            return new Version(policy.modelId(), policy.policy().version());
        }
    }

    /** Waits for such versions. */
    public static InEffectWaits<Version, PolicyStanding> waits(RetentionPolicies policies) {
        return new InEffectWaits<>(
                versions -> standings(policies.find(
                        versions.stream().map(Version::modelId).distinct().toList())),
                PolicyStanding::settled,
                reason -> new PolicyStanding(null, reason, false));
    }

    /** Of a policy that was just read. */
    static PolicyStanding of(Policy policy) {
        return policy.inEffect()
                ? new PolicyStanding(policy, null, true)
                : new PolicyStanding(
                        policy,
                        "the job has not evaluated version " + policy.policy().version() + " yet",
                        false);
    }

    private static Function<Version, PolicyStanding> standings(Map<String, Policy> now) {
        return wanted -> {
            Policy policy = now.get(wanted.modelId());
            if (policy == null) {
                return new PolicyStanding(null, "the policy was deleted since", true);
            }
            long version = policy.policy().version();
            return version == wanted.version()
                    ? of(policy)
                    : new PolicyStanding(null, "version " + version + " has taken its place", true);
        };
    }
}
