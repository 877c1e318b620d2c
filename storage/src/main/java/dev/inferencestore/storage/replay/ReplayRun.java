package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.domain.replay.ReplaySpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A replay or re-emission that was asked for.
 *
 * @param projectId of its model when it was asked for; null where it is about every model
 * @param flinkJobId the only job that may run it; null until one has claimed it
 * @param flinkState of that job, as Flink said last; null where Flink was not asked
 * @param afterVersion the control version that must be in effect before it is submitted; null for none
 * @param error why it failed or was cancelled, or why it still waits
 */
public record ReplayRun(
        String replayId,
        @Nullable String projectId,
        ReplaySpec spec,
        ReplayState state,
        @Nullable String flinkJobId,
        @Nullable String flinkState,
        @Nullable Long afterVersion,
        String requestedBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String error,
        boolean cancelRequested) {
    public ReplayKind kind() {
        return spec.kind();
    }

    public @Nullable String modelId() {
        return spec.modelId();
    }

    /** Whether the store submits it, to the Flink that it knows. */
    public boolean isSubmitted() {
        return ReplayIds.flinkJobId(replayId).equals(flinkJobId);
    }
}
