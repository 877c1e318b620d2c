package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySpec;
import org.jspecify.annotations.Nullable;

/**
 * A replay to be made.
 *
 * @param submits whether the store submits it to Flink under the job id that follows from its own; else whatever job
 *     claims it first runs it
 * @param afterVersion the control version that must be in effect before it is submitted; null for at once
 */
public record NewReplay(
        ReplaySpec spec,
        String requestedBy,
        boolean submits,
        @Nullable Long afterVersion) {
    public NewReplay(ReplaySpec spec, String requestedBy, boolean submits) {
        this(spec, requestedBy, submits, null);
    }
}
