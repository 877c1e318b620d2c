package dev.inferencestore.api.relay;

import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The control topic as a job sees it: read committed, from the beginning. */
final class ControlTopic {
    private final TestServers.Store store;

    ControlTopic(TestServers.Store store) {
        this.store = store;
    }

    /** All that can be seen now. */
    List<ControlRecord> records() {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                store.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        TopicPartition partition = new TopicPartition(store.topic(), 0);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ControlRecord> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    records.add(ControlRecordCodec.decode(record.value()));
                }
            }
            return records;
        }
    }

    List<Long> versions() {
        return records().stream().map(ControlRecord::version).toList();
    }

    /** What another relay does when it starts. */
    void fence() {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, store.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, KafkaPublisher.transactionalId(store.topic()));
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
        }
    }
}
