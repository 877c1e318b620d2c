package dev.inferencestore.servers;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The settings of a broker that is alone, shares its JVM with others, and takes records as large as the store allows. */
final class KafkaSettings {
    private static final int LARGEST_RECORD = 64 * 1024 * 1024;

    private KafkaSettings() {}

    static Map<String, String> of(Path logDir, int port, int controllerPort) {
        Map<String, String> settings = new HashMap<>();
        settings.putAll(where(logDir, port, controllerPort));
        settings.putAll(alone());
        settings.putAll(sizes());
        return settings;
    }

    private static Map<String, String> where(Path logDir, int port, int controllerPort) {
        return Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                // A fixed voter: the controller's port may differ from one start to the next.
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "inter.broker.listener.name", "PLAINTEXT",
                "log.dirs", logDir.toString());
    }

    private static Map<String, String> alone() {
        Map<String, String> settings = new HashMap<>();
        settings.put("auto.create.topics.enable", "false");
        settings.put("default.replication.factor", "1");
        settings.put("min.insync.replicas", "1");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        // After a kill the broker is let in again when its old session has run out.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "500");
        return settings;
    }

    private static Map<String, String> sizes() {
        return Map.of(
                "message.max.bytes",
                String.valueOf(LARGEST_RECORD),
                "replica.fetch.max.bytes",
                String.valueOf(LARGEST_RECORD),
                // The default takes 128 MiB of this JVM's heap.
                "log.cleaner.dedupe.buffer.size",
                String.valueOf(16 * 1024 * 1024),
                "num.network.threads",
                "2",
                "num.io.threads",
                "4",
                "background.threads",
                "2");
    }
}
