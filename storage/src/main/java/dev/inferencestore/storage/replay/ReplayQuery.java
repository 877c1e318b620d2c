package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplayKind;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which replays to list, the newest first. What is null does not matter.
 *
 * @param visible of models of these projects only; null for all, those that are about every model among them
 * @param start made at or after this
 * @param end made before this
 * @param afterTime when the last one of the page before was made
 * @param afterId the id of that one
 */
public record ReplayQuery(
        @Nullable ReplayState state,
        @Nullable ReplayKind kind,
        @Nullable String modelId,
        @Nullable Set<String> visible,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable Instant afterTime,
        @Nullable String afterId,
        int limit) {}
