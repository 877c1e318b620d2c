package dev.inferencestore.api.events;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic of one partition for events, as the job sees it. */
record InferencesTopic(String bootstrapServers, String name) {
    static InferencesTopic create(String bootstrapServers, String name, Map<String, String> config) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            NewTopic topic = new NewTopic(name, 1, (short) 1).configs(config);
            admin.createTopics(List.of(topic)).all().get();
            return new InferencesTopic(bootstrapServers, name);
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Where the next record goes. */
    long end() {
        try (var consumer = consumer()) {
            TopicPartition partition = new TopicPartition(name, 0);
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    /** All records from an offset on. */
    List<ConsumerRecord<byte[], byte[]>> from(long offset) {
        TopicPartition partition = new TopicPartition(name, 0);
        try (var consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }

    static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new TreeMap<>();
        record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
        return headers;
    }

    /** As the job's source hands it on. */
    static RawEvent raw(ConsumerRecord<byte[], byte[]> record) {
        List<EventHeader> headers = Stream.of(record.headers().toArray())
                .map(header -> new EventHeader(header.key(), header.value()))
                .toList();
        return new RawEvent(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
