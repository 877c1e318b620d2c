package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySpec;

/**
 * A replay to be made.
 *
 * @param submits whether the store submits it to Flink under the job id that follows from its own; else whatever job
 *     claims it first runs it
 */
public record NewReplay(ReplaySpec spec, String requestedBy, boolean submits) {}
