package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.job.KafkaTopics;
import dev.inferencestore.job.Servers;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Asks a real Kafka. */
class KafkaRangesTest {
    private static final long NOON = 1_772_366_400_000L;
    private static final long HOUR = 3_600_000;

    @Test
    void aPartitionIsBegunAtTheFirstEventOfATimeOrAtItsEnd() throws Exception {
        try (KafkaTopics kafka = new KafkaTopics()) {
            String topic = kafka.created(2);
            send(topic, 0, NOON - 2 * HOUR, NOON - HOUR, NOON, NOON + HOUR);
            send(topic, 1, NOON - HOUR);
            TopicPartition written = new TopicPartition(topic, 0);
            TopicPartition quiet = new TopicPartition(topic, 1);
            kafka.admin
                    .deleteRecords(Map.of(written, RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();

            TopicRanges.Answer timed = ranges().of(List.of(written, quiet), Map.of(topic, NOON - 1));
            TopicRanges.Answer untimed = ranges().of(List.of(written), Map.of());

            assertThat(timed.ranges())
                    .isEqualTo(Map.of(
                            written, new TopicRanges.Range(1, 4, 2),
                            quiet, new TopicRanges.Range(0, 1, 1)));
            assertThat(timed.unreadable()).isEmpty();
            assertThat(untimed.ranges()).isEqualTo(Map.of(written, new TopicRanges.Range(1, 4, 1)));
        }
    }

    @Test
    void whatIsNotThereIsSaidAtOnceAndTheRestIsAnswered() throws Exception {
        try (KafkaTopics kafka = new KafkaTopics()) {
            String topic = kafka.created(1);
            TopicPartition there = new TopicPartition(topic, 0);
            TopicPartition beyond = new TopicPartition(topic, 1);
            TopicPartition gone = new TopicPartition(KafkaTopics.name(), 0);

            long before = System.nanoTime();
            TopicRanges.Answer answer = ranges().of(List.of(there, beyond, gone), Map.of());

            assertThat(answer.ranges()).isEqualTo(Map.of(there, new TopicRanges.Range(0, 0, 0)));
            assertThat(answer.unreadable())
                    .isEqualTo(Map.of(beyond, "it has no partition 1", gone, "Kafka has no topic of this name"));
            assertThat(System.nanoTime() - before)
                    .as("Kafka's own time limit is a minute")
                    .isLessThan(20_000_000_000L);
        }
    }

    private static KafkaRanges ranges() {
        Properties properties = new Properties();
        properties.setProperty("bootstrap.servers", Servers.KAFKA.bootstrapServers());
        return new KafkaRanges(properties);
    }

    private static void send(String topic, int partition, long... timestamps) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", Servers.KAFKA.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long timestamp : timestamps) {
                producer.send(new ProducerRecord<>(topic, partition, timestamp, new byte[1], new byte[1]))
                        .get();
            }
        }
    }
}
