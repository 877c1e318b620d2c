package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A topic. All relays to it share one transactional id, so that opening a publisher ends what the one before left
 * unfinished and makes its later attempts fail.
 */
final class KafkaPublisher implements Publisher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Producer<String, String> producer;
    private final Feed feed;
    private final List<Header> headers;
    private boolean failed;

    private KafkaPublisher(Producer<String, String> producer, Feed feed) {
        this.producer = producer;
        this.feed = feed;
        headers = feed.headers().entrySet().stream()
                .<Header>map(header ->
                        new RecordHeader(header.getKey(), header.getValue().getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    static KafkaPublisher open(RelaySettings settings, Feed feed) throws Exception {
        createTopic(settings, feed);
        Producer<String, String> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        feed.transactionalId(),
                        ProducerConfig.CLIENT_ID_CONFIG,
                        feed.processName(),
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        30_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        PATIENCE.toMillis(),
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        10_000),
                new StringSerializer(),
                new StringSerializer());
        try {
            producer.initTransactions();
            return new KafkaPublisher(producer, feed);
        } catch (RuntimeException failure) {
            producer.close(Duration.ZERO);
            throw failure;
        }
    }

    @Override
    public void publish(List<OutboxEntry> entries) {
        // Whatever fails here is not aborted but closed: opening the next publisher ends the transaction.
        failed = true;
        producer.beginTransaction();
        for (OutboxEntry entry : entries) {
            var unused = producer.send(
                    new ProducerRecord<>(feed.topic(), feed.partition(), entry.modelId(), entry.message(), headers));
        }
        producer.commitTransaction();
        failed = false;
    }

    @Override
    public void close() {
        producer.close(failed ? Duration.ZERO : PATIENCE);
    }

    /** One partition is enough for what relays carry. One that is there stays as it is. */
    private static void createTopic(RelaySettings settings, Feed feed) throws Exception {
        Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
        try {
            if (!admin.listTopics().names().get(15, TimeUnit.SECONDS).contains(feed.topic())) {
                NewTopic topic =
                        new NewTopic(feed.topic(), 1, (short) feed.replicationFactor()).configs(feed.topicConfig());
                admin.createTopics(List.of(topic)).all().get(15, TimeUnit.SECONDS);
            }
        } catch (ExecutionException failure) {
            if (!(failure.getCause() instanceof TopicExistsException)) {
                throw failure;
            }
        } finally {
            // At once: a relay that is told to stop does not wait for brokers that do not answer.
            admin.close(Duration.ZERO);
        }
    }
}
