package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.api.TestServers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaReachTest {
    private static final String SERVERS = TestServers.newStore().bootstrapServers();
    private static final Instant MONDAY = Instant.parse("2026-11-16T12:00:00Z");
    private static final Instant TUESDAY = Instant.parse("2026-11-17T12:00:00Z");
    private static final Instant WEDNESDAY = Instant.parse("2026-11-18T12:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final String topic = "reach-" + UUID.randomUUID();
    private Admin admin;
    private KafkaReach reach;

    @BeforeEach
    void start() throws Exception {
        admin = Admin.create(Map.of("bootstrap.servers", SERVERS));
        // Old records must not be deleted for their age.
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "-1"))))
                .all()
                .get(30, TimeUnit.SECONDS);
        reach = KafkaReach.of(SERVERS);
    }

    @AfterEach
    void stop() {
        reach.close();
        admin.close();
    }

    @Test
    void anEmptyTopicReachesNowhere() throws Exception {
        assertThat(reach.of(List.of(topic), NOW)).isEqualTo(new KafkaReach.Reach(null, false, List.of()));
    }

    @Test
    void whereNothingWasDeletedItIsTheFirstRecord() throws Exception {
        send(0, TUESDAY);
        send(1, MONDAY);

        assertThat(reach.of(List.of(topic), NOW)).isEqualTo(new KafkaReach.Reach(MONDAY, false, List.of()));
    }

    @Test
    void whereSomethingWasDeletedItIsFromWhenOnAllIsThere() throws Exception {
        send(0, MONDAY);
        send(0, WEDNESDAY);
        send(1, MONDAY);
        send(1, TUESDAY);
        delete(0, 1);
        delete(1, 1);

        assertThat(reach.of(List.of(topic), NOW)).isEqualTo(new KafkaReach.Reach(WEDNESDAY, true, List.of()));
    }

    @Test
    void whereAllOfAPartitionWasDeletedNothingBeforeNowIsWhole() throws Exception {
        send(0, MONDAY);
        send(1, MONDAY);
        delete(0, 1);

        assertThat(reach.of(List.of(topic), NOW)).isEqualTo(new KafkaReach.Reach(NOW, true, List.of()));
    }

    @Test
    void aTopicThatThereIsNotIsNamed() throws Exception {
        send(0, MONDAY);

        assertThat(reach.of(List.of(topic, "not-there"), NOW))
                .isEqualTo(new KafkaReach.Reach(MONDAY, false, List.of("not-there")));
    }

    @Test
    void aKafkaThatIsAwayIsAnErrorWithinSeconds() {
        try (KafkaReach away = KafkaReach.of("127.0.0.1:1")) {
            assertThatThrownBy(() -> away.of(List.of(topic), NOW)).isInstanceOf(Exception.class);
        }
    }

    private void send(int partition, Instant at) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", SERVERS), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, at.toEpochMilli(), "k", "v"))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private void delete(int partition, long before) throws Exception {
        admin.deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }
}
