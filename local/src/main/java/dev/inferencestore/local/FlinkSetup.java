package dev.inferencestore.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;

/**
 * How the cluster runs.
 *
 * @param scratch for files that are needed only while it runs
 * @param resume the checkpoint that the job goes on from
 */
record FlinkSetup(
        Ports ports, Path checkpoints, Path scratch, int parallelism, Duration interval, Optional<Path> resume) {

    Configuration configuration() {
        Configuration configuration = new Configuration();
        network(configuration);
        configuration.setString("pipeline.name", "inference-store");
        configuration.setString("parallelism.default", String.valueOf(parallelism));
        configuration.setString("io.tmp.dirs", scratch.toString());
        configuration.setString(
                "execution.checkpointing.dir", checkpoints.toUri().toString());
        configuration.setString("execution.checkpointing.interval", interval.toMillis() + " ms");
        configuration.setString("execution.checkpointing.mode", "EXACTLY_ONCE");
        configuration.setString("execution.checkpointing.unaligned.enabled", "false");
        configuration.setString("execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION");
        configuration.setString("restart-strategy.type", "exponential-delay");
        configuration.setString("restart-strategy.exponential-delay.initial-backoff", "500 ms");
        configuration.setString("restart-strategy.exponential-delay.max-backoff", "30 s");
        resume.ifPresent(checkpoint -> {
            configuration.setString(
                    "execution.state-recovery.path", checkpoint.toUri().toString());
            // This run owns it, and deletes it when it has a newer one.
            configuration.setString("execution.state-recovery.claim-mode", "CLAIM");
        });
        return configuration;
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
