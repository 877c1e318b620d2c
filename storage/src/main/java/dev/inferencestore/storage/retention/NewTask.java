package dev.inferencestore.storage.retention;

import org.jspecify.annotations.Nullable;

/**
 * A manual task that is asked for.
 *
 * @param policyId must be that of the model's policy; null takes it as it is
 * @param dryRunId a finished dry run whose cutoffs are to be taken; null takes the present time
 */
public record NewTask(
        boolean dryRun, @Nullable String policyId, @Nullable String dryRunId) {}
