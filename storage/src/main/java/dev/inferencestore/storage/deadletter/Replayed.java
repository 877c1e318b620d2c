package dev.inferencestore.storage.deadletter;

import org.jspecify.annotations.Nullable;

/**
 * An event that Kafka has acknowledged again.
 *
 * @param letterPartition where its letter stands
 * @param modelId the model that it is for, where that is known
 * @param whole whether the bytes were the letter's; else they were taken from the event's own topic
 */
public record Replayed(
        DeadEvent event,
        int letterPartition,
        long letterOffset,
        @Nullable String modelId,
        boolean whole) {}
