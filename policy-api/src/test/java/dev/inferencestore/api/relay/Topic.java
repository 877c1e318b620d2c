package dev.inferencestore.api.relay;

import dev.inferencestore.api.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic that a relay publishes to, as its consumers see it: read committed, from the beginning. */
public final class Topic {
    private final TestServers.Store store;
    private final Feed feed;

    Topic(TestServers.Store store, Feed feed) {
        this.store = store;
        this.feed = feed;
    }

    /** The retention events of a store. */
    public static Topic retentionEvents(TestServers.Store store) {
        return new Topic(store, Feed.retentionEvents(store.eventsTopic(), 1));
    }

    /** All that can be seen now. */
    public List<ConsumerRecord<String, String>> messages() {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                store.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed");
        TopicPartition partition = new TopicPartition(feed.topic(), 0);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<ConsumerRecord<String, String>> messages = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(messages::add);
            }
            return messages;
        }
    }

    /** How many partitions it has. */
    int partitions() {
        try (Admin admin = admin()) {
            return admin.describeTopics(List.of(feed.topic()))
                    .allTopicNames()
                    .get()
                    .get(feed.topic())
                    .partitions()
                    .size();
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** One of its settings. */
    String setting(String name) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, feed.topic());
        try (Admin admin = admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(name)
                    .value();
        } catch (ExecutionException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** What another relay does when it starts. */
    void fence() {
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, store.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, feed.transactionalId());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, store.bootstrapServers()));
    }
}
