package dev.inferencestore.local;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster in this JVM, with its web page, and one job that goes on from its last checkpoint. */
final class LocalFlink implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final long LONGEST_CALL_SECONDS = 30;

    private final MiniCluster cluster;
    private volatile boolean closing;

    private LocalFlink(MiniCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Starts the cluster and the job; returns when all its subtasks run.
     *
     * @param pipeline adds the sources, operators and sinks to an environment
     * @param onEnd hears why the job ended, should it end for good while the cluster runs
     */
    static LocalFlink start(
            FlinkSetup setup, Consumer<StreamExecutionEnvironment> pipeline, Consumer<Throwable> onEnd) {
        LocalFlink flink = new LocalFlink(new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(setup.cluster())
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(setup.slots())
                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                .build()));
        try {
            flink.cluster.start();
            flink.run(setup.job(), pipeline, onEnd);
            return flink;
        } catch (Exception failure) {
            flink.close();
            throw failure instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("Flink did not start: " + failure.getMessage(), failure);
        }
    }

    URI restAddress() {
        return cluster.getRestAddress().join();
    }

    /** Stops the job where it is, keeping its last checkpoint, and the cluster. */
    @Override
    public void close() {
        closing = true;
        try {
            cluster.closeAsync().get(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Flink did not stop cleanly.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Flink stopped.", e);
        }
    }

    private void run(
            Configuration configuration, Consumer<StreamExecutionEnvironment> pipeline, Consumer<Throwable> onEnd)
            throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        pipeline.accept(environment);
        JobGraph job = environment.getStreamGraph().getJobGraph();
        JobID id = cluster.submitJob(job)
                .get(LONGEST_CALL_SECONDS, TimeUnit.SECONDS)
                .getJobID();
        awaitRunning(id);
        var unused = cluster.requestJobResult(id).thenAccept(result -> {
            if (!closing) {
                onEnd.accept(cause(result));
            }
        });
    }

    private void awaitRunning(JobID id) throws Exception {
        long deadline = System.nanoTime() + LONGEST_START.toNanos();
        while (true) {
            AccessExecutionGraph graph = cluster.getExecutionGraph(id).get(LONGEST_CALL_SECONDS, TimeUnit.SECONDS);
            if (allRun(graph)) {
                return;
            }
            String why = Optional.ofNullable(graph.getFailureInfo())
                    .map(failure -> failure.getExceptionAsString())
                    .orElse("it names no cause");
            if (graph.getState().isGloballyTerminalState()) {
                throw new IllegalStateException("The job ended as " + graph.getState() + ": " + why);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("The job does not run after " + LONGEST_START.toSeconds() + " s; it is "
                        + graph.getState() + ": " + why);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while the job started");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private static boolean allRun(AccessExecutionGraph graph) {
        return graph.getState() == JobStatus.RUNNING
                && StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                        .allMatch(vertex -> vertex.getExecutionState() == ExecutionState.RUNNING);
    }

    private static Throwable cause(JobResult result) {
        return result.getSerializedThrowable()
                .<Throwable>map(failure -> failure)
                .orElseGet(() -> new IllegalStateException("it was stopped"));
    }
}
