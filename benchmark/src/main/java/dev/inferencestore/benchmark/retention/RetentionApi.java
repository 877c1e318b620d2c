package dev.inferencestore.benchmark.retention;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.benchmark.Api;
import dev.inferencestore.benchmark.LocalRun;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Sets policies and runs tasks through the HTTP API. Safe for use by several threads. */
final class RetentionApi {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final double SECONDS_AN_HOUR = 3600;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Api api;

    RetentionApi(LocalRun store) {
        api = new Api(store);
    }

    /** Sets a policy with one age for records and inputs; an interval of zero for manual runs only. */
    void policy(String model, Duration age, String action, Duration interval) throws IOException, InterruptedException {
        ObjectNode policy = JSON.createObjectNode()
                .put("maximum_record_age", age.toSeconds() / SECONDS_AN_HOUR)
                .put("maximum_blob_age", age.toSeconds() / SECONDS_AN_HOUR)
                .put("delete_action", action)
                .put("automated_interval", interval.toSeconds() / SECONDS_AN_HOUR);
        api.require("PUT", "models/" + model + "/retention-policy", policy.toString());
    }

    /** A task that has ended, and how long that took from the asking on. */
    record Done(RetentionTask task, double millis) {}

    /**
     * Asks for a task and waits until it has ended.
     *
     * @param dryRunId whose cutoffs a real run takes; null for a dry run
     * @throws IOException when it has not ended in time
     */
    Done run(String model, @Nullable String dryRunId, Duration patience) throws IOException, InterruptedException {
        ObjectNode wanted = JSON.createObjectNode().put("dry_run", dryRunId == null);
        if (dryRunId != null) {
            wanted.put("dry_run_id", dryRunId);
        }
        String tasks = "models/" + model + "/retention-tasks";
        long start = System.nanoTime();
        RetentionTask task = RetentionTask.of(api.require("POST", tasks, wanted.toString()));
        while (!task.isOver()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new IOException("task " + task + " has not ended after " + patience);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            task = RetentionTask.of(api.require("GET", tasks + "/" + task.id(), ""));
        }
        return new Done(task, (System.nanoTime() - start) / 1e6);
    }

    void restore(RetentionTask task) throws IOException, InterruptedException {
        api.require("POST", "models/" + task.model() + "/retention-tasks/" + task.id() + "/restore", "");
    }
}
