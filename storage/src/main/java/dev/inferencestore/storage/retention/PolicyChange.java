package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import org.jspecify.annotations.Nullable;

/**
 * What setting or deleting a policy did.
 *
 * @param policy as it is now, or as it was when it was deleted
 * @param created there was none before
 * @param instead the project's default, which the model has now that its own policy is deleted; null where it has none
 * @param claimed how far data is gone for good, whatever the policy says now
 * @param runningTask the task that runs under the former policy and ends before its next slice; null where none does
 */
public record PolicyChange(
        Policy policy,
        boolean created,
        @Nullable Policy instead,
        Cutoffs claimed,
        @Nullable String runningTask) {}
