package dev.inferencestore.domain.retention;

import org.jspecify.annotations.Nullable;

/**
 * The retention policy of a model at one version.
 *
 * @param policyId stays when the policy is set again
 * @param version one higher with each change, never used twice for a model
 * @param anchor when the first automated run is due, milliseconds since 1970; the others every interval after it
 * @param paused no automated runs until it is next set: somebody restored what it had hidden
 */
public record RetentionPolicy(String policyId, long version, PolicyTerms terms, long anchor, boolean paused) {

    /** When automated runs are due; null where there are none. */
    public @Nullable Schedule schedule() {
        return terms.interval() == 0 || paused ? null : new Schedule(anchor, terms.interval() * 1000);
    }
}
