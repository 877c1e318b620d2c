package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.options.JobOptions;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;

/** The job's two Kafka sources. */
public final class KafkaSources {
    private KafkaSources() {}

    /**
     * Inference events, each exactly as often as Flink's checkpoints say. Fetches are bounded, since several are held
     * per subtask.
     */
    public static GuardedSource inferences(Settings settings, Properties security) {
        Properties properties = new Properties();
        properties.putAll(security);
        properties.setProperty("fetch.max.bytes", String.valueOf(16 << 20));
        properties.setProperty("max.partition.fetch.bytes", String.valueOf(4 << 20));
        properties.setProperty("isolation.level", "read_committed");
        properties.setProperty(
                "partition.discovery.interval.ms",
                String.valueOf(settings.get(JobOptions.DISCOVERY).toMillis()));
        KafkaSource<RawEvent> source = KafkaSource.<RawEvent>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setTopics(List.of(settings.get(JobOptions.INFERENCES)))
                .setGroupId(settings.get(JobOptions.GROUP))
                .setClientIdPrefix(settings.get(JobOptions.GROUP) + "-inferences")
                .setStartingOffsets(new EarliestOnly())
                .setDeserializer(new RawEventReader())
                .setProperties(properties)
                .build();
        Properties admin = new Properties();
        admin.putAll(security);
        admin.setProperty("bootstrap.servers", settings.get(JobOptions.KAFKA));
        return new GuardedSource(source, new KafkaRanges(admin), settings.get(JobOptions.ACCEPT_GAPS));
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
