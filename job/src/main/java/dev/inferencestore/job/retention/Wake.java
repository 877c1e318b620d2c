package dev.inferencestore.job.retention;

/**
 * A model whose policy is to be evaluated.
 *
 * @param visit it has work that waits, whatever the policy says
 */
public record Wake(String modelId, boolean visit) {}
