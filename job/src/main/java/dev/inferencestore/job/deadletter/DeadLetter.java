package dev.inferencestore.job.deadletter;

import dev.inferencestore.domain.event.RawEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event that could not be understood, with why.
 *
 * @param modelId the registered model it is for, where that is known
 * @param withheld whether nothing of what it holds may be kept, since the rules of its model redact
 */
public record DeadLetter(
        RawEvent event,
        String reason,
        String detail,
        @Nullable String modelId,
        boolean withheld) {}
