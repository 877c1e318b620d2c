package dev.inferencestore.job.replay;

import dev.inferencestore.domain.replay.ReplaySpec;

/**
 * A replay that this job runs, and no other.
 *
 * @param jobId under which Flink knows the job
 */
record ClaimedReplay(String id, String jobId, ReplaySpec spec) {}
