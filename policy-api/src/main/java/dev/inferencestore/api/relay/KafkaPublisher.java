package dev.inferencestore.api.relay;

import dev.inferencestore.storage.registration.OutboxEntry;
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
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The control topic. All relays share one transactional id, so that opening a publisher ends what the one before left
 * unfinished and makes its later attempts fail.
 */
final class KafkaPublisher implements Publisher {
    private static final int PARTITION = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Producer<String, String> producer;
    private final String topic;
    private boolean failed;

    private KafkaPublisher(Producer<String, String> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** The same for all relays of one control topic, and another one for another store on the same Kafka. */
    static String transactionalId(String controlTopic) {
        return "inference-store-relay-" + controlTopic;
    }

    static KafkaPublisher open(RelaySettings settings) throws Exception {
        createTopic(settings);
        Producer<String, String> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId(settings.controlTopic()),
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "inference-store-relay",
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
            return new KafkaPublisher(producer, settings.controlTopic());
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
            var unused = producer.send(new ProducerRecord<>(topic, PARTITION, entry.modelId(), entry.record()));
        }
        producer.commitTransaction();
        failed = false;
    }

    @Override
    public void close() {
        producer.close(failed ? Duration.ZERO : PATIENCE);
    }

    /** One partition, so that versions are in one order; compacted, so that the newest record of a model stays. */
    private static void createTopic(RelaySettings settings) throws Exception {
        Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis()));
        try {
            if (!admin.listTopics().names().get(15, TimeUnit.SECONDS).contains(settings.controlTopic())) {
                NewTopic topic = new NewTopic(settings.controlTopic(), 1, (short) settings.replicationFactor())
                        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
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
