package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks of a model to list, the newest first. What is null does not matter.
 *
 * @param start tasks that were made at or after this
 * @param end tasks that were made before this
 * @param afterTime when the last task of the page before was made
 * @param afterId the id of that task
 */
public record TaskQuery(
        @Nullable TaskState state,
        @Nullable Trigger trigger,
        @Nullable Boolean dryRun,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable Instant afterTime,
        @Nullable String afterId,
        int limit) {}
