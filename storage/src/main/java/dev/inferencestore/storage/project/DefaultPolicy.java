package dev.inferencestore.storage.project;

import dev.inferencestore.domain.retention.PolicyTerms;
import java.time.Instant;

/**
 * The retention policy of a project's models that have none of their own.
 *
 * @param policyId stays when it is set again
 * @param version one higher with each change, never used twice for a project
 * @param revision which no other version of any project's default has: by it a model's policy is known to be of this one
 */
public record DefaultPolicy(
        String projectId,
        String policyId,
        long version,
        long revision,
        PolicyTerms terms,
        Instant createdAt,
        Instant updatedAt) {}
