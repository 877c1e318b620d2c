package dev.inferencestore.local;

import dev.inferencestore.servers.KafkaServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Kafka with the topics of the store. */
final class LocalKafka implements AutoCloseable {
    static final String INFERENCES = "inference-store.inferences";
    static final String CONTROL = "inference-store.control";
    static final String DEAD_LETTERS = "inference-store.dead-letters";
    static final String RETENTION_EVENTS = "inference-store.retention-events";

    private static final long MIB = 1L << 20;
    private static final long DAY = 86_400_000L;
    private static final long LARGEST_EVENT = 33 * MIB;

    private final KafkaServer server;

    private LocalKafka(KafkaServer server) {
        this.server = server;
    }

    static LocalKafka start(Path directory, int port, int controllerPort) {
        KafkaServer server = KafkaServer.start(
                directory,
                port,
                Map.of(
                        "controller.quorum.voters",
                        "1@127.0.0.1:" + controllerPort,
                        "listeners",
                        "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort));
        try {
            createTopics(server.bootstrapServers());
            return new LocalKafka(server);
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    String bootstrapServers() {
        return server.bootstrapServers();
    }

    @Override
    public void close() {
        server.close();
    }

    private static List<NewTopic> topics() {
        return List.of(
                topic(INFERENCES, 4, LARGEST_EVENT, 7 * DAY),
                // What is dead goes there whole, with the headers that say why.
                topic(DEAD_LETTERS, 1, LARGEST_EVENT + MIB, 30 * DAY),
                topic(RETENTION_EVENTS, 1, MIB, 30 * DAY),
                new NewTopic(CONTROL, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")));
    }

    private static NewTopic topic(String name, int partitions, long largest, long retention) {
        return new NewTopic(name, partitions, (short) 1)
                .configs(Map.of(
                        "message.timestamp.type",
                        "LogAppendTime",
                        "max.message.bytes",
                        String.valueOf(largest),
                        "retention.ms",
                        String.valueOf(retention)));
    }

    private static void createTopics(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            for (Map.Entry<String, KafkaFuture<Void>> topic :
                    admin.createTopics(topics()).values().entrySet()) {
                awaitCreated(topic.getKey(), topic.getValue());
            }
        }
    }

    private static void awaitCreated(String topic, KafkaFuture<Void> created) {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException("Kafka did not create topic " + topic + ".", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while Kafka created topics.", e);
        }
    }
}
