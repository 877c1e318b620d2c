package dev.inferencestore.job.source;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.options.JobOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The job's two Kafka sources. */
public final class KafkaSources {
    /** Where the API's option does not say otherwise; there a registration that names it is refused. */
    public static final String RETENTION_EVENTS = "inference-store.retention-events";

    private KafkaSources() {}

    /**
     * Inference events, each exactly as often as Flink's checkpoints say. Fetches are bounded, since several are held
     * per subtask; a record that is larger than the bound comes alone.
     */
    public static GuardedSource inferences(Settings settings, Properties security, Database database) {
        String group = settings.get(JobOptions.GROUP);
        Properties consumer = new Properties();
        consumer.putAll(security);
        consumer.setProperty("bootstrap.servers", settings.get(JobOptions.KAFKA));
        consumer.setProperty("group.id", group);
        consumer.setProperty("key.deserializer", ByteArrayDeserializer.class.getName());
        consumer.setProperty("value.deserializer", ByteArrayDeserializer.class.getName());
        consumer.setProperty("fetch.max.bytes", String.valueOf(16 << 20));
        consumer.setProperty("max.partition.fetch.bytes", String.valueOf(4 << 20));
        consumer.setProperty("isolation.level", "read_committed");
        consumer.setProperty("enable.auto.commit", "false");
        // Nothing that Kafka no longer has is skipped in silence, and a topic that was deleted is not made again.
        consumer.setProperty("auto.offset.reset", "none");
        consumer.setProperty("allow.auto.create.topics", "false");
        Properties admin = new Properties();
        admin.putAll(security);
        admin.setProperty("bootstrap.servers", settings.get(JobOptions.KAFKA));
        GuardedSource.Topics topics = new GuardedSource.Topics(
                settings.get(JobOptions.INFERENCES),
                new HashSet<>(List.of(
                        settings.get(JobOptions.CONTROL), settings.get(JobOptions.DEAD_LETTERS), RETENTION_EVENTS)),
                settings.get(JobOptions.DISCOVERY),
                settings.get(JobOptions.ACCEPT_GAPS));
        return new GuardedSource(topics, consumer, admin, group + "-inferences", database);
    }

    /**
     * Control records, from the beginning at a first start. Here a reset is harmless: PostgreSQL has all of it, and the
     * highest version wins.
     */
    public static KafkaSource<ControlRecord> control(Settings settings, Properties security) {
        Properties properties = new Properties();
        properties.putAll(security);
        properties.setProperty("isolation.level", "read_committed");
        return KafkaSource.<ControlRecord>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setTopics(List.of(settings.get(JobOptions.CONTROL)))
                .setGroupId(settings.get(JobOptions.GROUP) + "-control")
                .setClientIdPrefix(settings.get(JobOptions.GROUP) + "-control")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setDeserializer(new ControlRecordReader())
                .setProperties(properties)
                .build();
    }
}
