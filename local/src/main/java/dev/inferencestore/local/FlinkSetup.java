package dev.inferencestore.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * How the cluster runs, and the job in it. Other jobs are submitted to it, so what is of the job alone is not the cluster's:
 * they must not go on from its checkpoint, nor leave theirs where the next run looks for it.
 *
 * @param scratch for files that are needed only while it runs
 * @param resume the checkpoint that the job goes on from
 */
record FlinkSetup(
        Ports ports, Path checkpoints, Path scratch, int parallelism, Duration interval, Optional<Path> resume) {

    /** Of the cluster, and of what is submitted to it. */
    Configuration cluster() {
        Configuration configuration = new Configuration();
        network(configuration);
        configuration.setString("parallelism.default", String.valueOf(parallelism));
        configuration.setString("io.tmp.dirs", scratch.toString());
        configuration.setString("web.upload.dir", scratch.toString());
        // What is submitted is of this build too, and its classes are here already.
        configuration.setString("classloader.resolve-order", "parent-first");
        checkpoints(configuration, scratch.resolve("replays"));
        configuration.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
        configuration.setString("execution.checkpointing.unaligned.enabled", "false");
        configuration.setString("restart-strategy.type", "exponential-delay");
        configuration.setString("restart-strategy.exponential-delay.initial-backoff", "500 ms");
        configuration.setString("restart-strategy.exponential-delay.max-backoff", "30 s");
        return configuration;
    }

    /** Of the job that stores. */
    Configuration job() {
        Configuration configuration = cluster();
        configuration.setString("pipeline.name", "inference-store");
        checkpoints(configuration, checkpoints);
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        resume.ifPresent(checkpoint -> {
            configuration.setString(
                    "execution.state-recovery.path", checkpoint.toUri().toString());
            // This run owns it, and deletes it when it has a newer one.
            configuration.setString("execution.state-recovery.claim-mode", "CLAIM");
        });
        return configuration;
    }

    /** Twice what the job takes, so that a replay finds room beside it. */
    int slots() {
        return 2 * parallelism;
    }

    private void checkpoints(Configuration configuration, Path directory) {
        configuration.setString("execution.checkpointing.dir", directory.toUri().toString());
        configuration.setString("execution.checkpointing.interval", interval.toMillis() + " ms");
    }

    private void network(Configuration configuration) {
        configuration.setString("rest.address", "127.0.0.1");
        configuration.setString("rest.bind-address", "127.0.0.1");
        configuration.setString("rest.port", String.valueOf(ports.flink()));
        configuration.setString("rest.bind-port", String.valueOf(ports.flink()));
        configuration.setString("jobmanager.rpc.address", "127.0.0.1");
        configuration.setString("jobmanager.bind-host", "127.0.0.1");
        configuration.setString("taskmanager.host", "127.0.0.1");
        configuration.setString("taskmanager.bind-host", "127.0.0.1");
        configuration.setString("blob.server.port", String.valueOf(ports.flinkFiles()));
    }
}
