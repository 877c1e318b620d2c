package dev.inferencestore.storage.inference;

import org.jspecify.annotations.Nullable;

/**
 * How many inferences there are.
 *
 * @param exact false where responses that have lost their request were too many to be looked for, and are not in it
 * @param next where to go on counting; null when all are counted
 */
public record InferenceCount(
        long count, boolean exact, @Nullable Place next) {}
