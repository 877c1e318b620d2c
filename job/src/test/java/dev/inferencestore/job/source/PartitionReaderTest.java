package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.job.KafkaTopics;
import dev.inferencestore.job.Servers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.kafka.source.metrics.KafkaSourceReaderMetrics;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads from a real Kafka. */
class PartitionReaderTest {
    private final Queue<StoppableReader.Failure> failures = new ArrayDeque<>();
    private final List<String> read = new ArrayList<>();
    private final Set<String> finished = new HashSet<>();
    private KafkaTopics kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private String main;
    private String other;
    private PartitionReader reader;

    @BeforeEach
    void start() throws Exception {
        kafka = new KafkaTopics();
        main = kafka.created(1);
        other = kafka.created(1);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        reader = new PartitionReader(
                new KafkaConsumer<>(Map.of(
                        "bootstrap.servers", Servers.KAFKA.bootstrapServers(),
                        "key.deserializer", ByteArrayDeserializer.class.getName(),
                        "value.deserializer", ByteArrayDeserializer.class.getName(),
                        "auto.offset.reset", "none",
                        "enable.auto.commit", "false")),
                main,
                new KafkaSourceReaderMetrics(UnregisteredMetricsGroup.createSourceReaderMetricGroup()),
                new HashSet<>(),
                failures);
    }

    @AfterEach
    void stop() {
        reader.close();
        producer.close();
        kafka.close();
    }

    @Test
    void aTopicThatIsForbiddenWhileItIsReadIsSaidAndTheOthersAreReadWithoutAGap() throws Exception {
        send(main, "m0");
        send(other, "o0");
        begin(main, 0);
        begin(other, 0);
        fetchUntil(() -> read.size() == 2);

        kafka.allowOnly(other, AclOperation.DESCRIBE, AclOperation.WRITE);
        send(main, "m1", "m2");
        fetchUntil(() -> !failures.isEmpty());
        send(main, "m3");
        fetchUntil(() -> read.contains("m3"));
        assertThat(failures)
                .contains(new StoppableReader.Failure(Set.of(other), "the job's Kafka user may not read it"));

        stopReading(other);
        fetchUntil(() -> finished.contains(other + "-0"));
        failures.clear();
        send(main, "m4");
        fetchUntil(() -> read.contains("m4"));
        assertThat(failures).as("it is not asked for any more").isEmpty();

        kafka.allowAll(other, AclOperation.DESCRIBE, AclOperation.WRITE);
        send(other, "o1");
        begin(other, 1);
        fetchUntil(() -> read.contains("o1"));
        assertThat(read).containsExactlyInAnyOrder("m0", "o0", "m1", "m2", "m3", "m4", "o1");
    }

    @Test
    void anOffsetThatIsGoneIsSaidAndTheOthersAreRead() throws Exception {
        begin(other, 5);
        begin(main, 0);
        fetchUntil(() -> !failures.isEmpty());
        send(main, "m0");
        fetchUntil(() -> read.contains("m0"));

        assertThat(failures)
                .contains(new StoppableReader.Failure(
                        Set.of(other), "Kafka no longer has the next offset of [" + other + "-0]"));
    }

    @Test
    void theInferencesTopicFailsTheReader() throws Exception {
        begin(main, 5);
        assertThatThrownBy(() -> fetchUntil(() -> false)).isInstanceOf(OffsetOutOfRangeException.class);

        begin(main, 0);
        kafka.allowOnly(main, AclOperation.DESCRIBE);
        assertThatThrownBy(() -> fetchUntil(() -> false)).isInstanceOf(TopicAuthorizationException.class);
        assertThat(failures).isEmpty();
    }

    @Test
    void whatHasStoppedIsReadOnWhereItIsToldToAndNothingIsReadMeanwhile() throws Exception {
        send(other, "o0", "o1");
        begin(other, 0);
        fetchUntil(() -> read.size() == 2);

        stopReading(other);
        fetchUntil(() -> finished.contains(other + "-0"));
        send(other, "o2");
        begin(main, 0);
        send(main, "m0");
        fetchUntil(() -> read.contains("m0"));
        assertThat(read).containsExactly("o0", "o1", "m0");

        begin(other, 1);
        fetchUntil(() -> read.contains("o2"));
        assertThat(read).containsExactly("o0", "o1", "m0", "o1", "o2");
    }

    private void begin(String topic, long offset) {
        reader.handleSplitsChanges(
                new SplitsAddition<>(List.of(new KafkaPartitionSplit(new TopicPartition(topic, 0), offset))));
    }

    private void stopReading(String topic) {
        reader.handleSplitsChanges(
                new SplitsAddition<>(List.of(PartitionReader.stopping(new TopicPartition(topic, 0)))));
    }

    private void send(String topic, String... values) throws Exception {
        for (String value : values) {
            producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private void fetchUntil(BooleanSupplier enough) {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!enough.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(deadline);
            RecordsWithSplitIds<ConsumerRecord<byte[], byte[]>> records = reader.fetch();
            while (records.nextSplit() != null) {
                for (var record = records.nextRecordFromSplit();
                        record != null;
                        record = records.nextRecordFromSplit()) {
                    read.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            }
            finished.addAll(records.finishedSplits());
        }
    }
}
