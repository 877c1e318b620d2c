package dev.inferencestore.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaServerTest {
    private static final String TOPIC = "events";

    @TempDir
    static Path sharedDir;

    private static KafkaServer shared;

    @TempDir
    Path dir;

    @BeforeAll
    static void start() {
        shared = KafkaServer.start(sharedDir, 0, Map.of("log.retention.hours", "5"));
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @Test
    void aCommittedTransactionIsReadAndAnAbortedOneIsNot() throws Exception {
        createTopic(shared.bootstrapServers(), TOPIC);
        try (KafkaProducer<String, String> producer = transactional(shared.bootstrapServers())) {
            producer.initTransactions();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(TOPIC, "aborted"))
                            .get()
                            .hasOffset())
                    .isTrue();
            producer.abortTransaction();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(TOPIC, "committed"))
                            .get()
                            .hasOffset())
                    .isTrue();
            producer.commitTransaction();
        }

        assertThat(firstRecords(shared.bootstrapServers(), 1)).containsExactly("committed");
    }

    @Test
    void whatWasStoredIsThereAfterACloseAndAStartOnAnotherPort() throws Exception {
        try (KafkaServer server = KafkaServer.start(dir, 0)) {
            createTopic(server.bootstrapServers(), TOPIC);
            send(server.bootstrapServers(), "before");
        }
        try (KafkaServer server = KafkaServer.start(dir, 0)) {
            send(server.bootstrapServers(), "after");

            assertThat(firstRecords(server.bootstrapServers(), 2)).containsExactly("before", "after");
        }
    }

    @Test
    void whatWasStoredIsThereAfterItsJvmWasKilled() throws Exception {
        try (KilledJvm other = KilledJvm.running("kafka", dir)) {
            createTopic(other.address(), TOPIC);
            send(other.address(), "before");
            other.kill();
        }
        try (KafkaServer server = KafkaServer.start(dir, 0)) {
            send(server.bootstrapServers(), "after");

            assertThat(firstRecords(server.bootstrapServers(), 2)).containsExactly("before", "after");
        }
    }

    @Test
    void aRecordOfThirtyTwoMebibytesIsTaken() throws Exception {
        createTopic(shared.bootstrapServers(), "large");
        Map<String, Object> large = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, shared.bootstrapServers(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 * 1024 * 1024,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(large, new ByteArraySerializer(), new ByteArraySerializer())) {
            int size = 32 * 1024 * 1024;

            assertThat(producer.send(new ProducerRecord<>("large", new byte[size]))
                            .get()
                            .serializedValueSize())
                    .isEqualTo(size);
        }
    }

    @Test
    void aSettingOfTheCallerWins() throws Exception {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, shared.bootstrapServers()))) {
            Config config = admin.describeConfigs(List.of(broker)).all().get().get(broker);

            assertThat(config.get("log.retention.hours").value()).isEqualTo("5");
            assertThat(config.get("auto.create.topics.enable").value()).isEqualTo("false");
        }
    }

    @Test
    void aDirectoryIsForOneServerAtATime() {
        assertThatThrownBy(() -> KafkaServer.start(sharedDir, 0))
                .hasMessageContaining("is in use by another run")
                .hasMessageContaining("name another directory");
    }

    private static void createTopic(String bootstrapServers, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void send(String bootstrapServers, String value) throws Exception {
        try (KafkaProducer<byte[], String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get();
        }
    }

    private static KafkaProducer<String, String> transactional(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "test"),
                new StringSerializer(),
                new StringSerializer());
    }

    /** Read as a member of a group, so that the group's own topic is tried too. */
    private static List<String> firstRecords(String bootstrapServers, int count) {
        List<String> values = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try (KafkaConsumer<byte[], String> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.GROUP_ID_CONFIG, "test",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                new ByteArrayDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (values.size() < count && System.nanoTime() - deadline < 0) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
