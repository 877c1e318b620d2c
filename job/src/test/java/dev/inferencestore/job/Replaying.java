package dev.inferencestore.job;

import dev.inferencestore.storage.replay.ReplayRun;
import dev.inferencestore.storage.replay.ReplaySummary;
import dev.inferencestore.storage.replay.Replays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;

/** A replay whose job was started. */
record Replaying(String id, JobClient job, Replays replays) {

    ReplayRun run() {
        return replays.find(id).orElseThrow();
    }

    ReplaySummary summary() {
        ReplayRun run = run();
        return replays.summaries(List.of(run)).get(id);
    }

    /** What it has counted of events and rows. */
    Map<String, Long> counts() {
        return summary().counts();
    }

    /** Waits until its job has ended. */
    Replaying ended() throws Exception {
        job.getJobExecutionResult().get(2, TimeUnit.MINUTES);
        return this;
    }
}
