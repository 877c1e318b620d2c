package dev.inferencestore.job.replay.topic;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.replay.ReplaySource.PartitionRange;
import dev.inferencestore.domain.replay.ReplaySource.Topics;
import dev.inferencestore.job.options.JobOptions;
import dev.inferencestore.job.options.KafkaProperties;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.job.replay.watch.WatchedSource;
import dev.inferencestore.job.source.RawEventReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * Ranges of partitions, read by the connector's source without a consumer group, so that no offsets are committed anywhere.
 * State is the connector's.
 */
public final class TopicSource implements Source<RawEvent, KafkaPartitionSplit, KafkaSourceEnumState> {
    private static final long serialVersionUID = 1L;

    private final KafkaSource<RawEvent> source;
    private final Offsets offsets;

    private TopicSource(KafkaSource<RawEvent> source, Offsets offsets) {
        this.source = source;
        this.offsets = offsets;
    }

    /**
     * What a replay reads, looked up in Kafka now.
     *
     * @param standard topics to read where it names none
     * @param clientId by which Kafka's logs and quotas know it
     * @throws IllegalArgumentException where a topic or partition that it names does not exist
     */
    public static WatchedSource<RawEvent, KafkaPartitionSplit, KafkaSourceEnumState> of(
            Settings settings,
            Topics wanted,
            Set<String> standard,
            String clientId,
            Watch watch,
            double eventsPerSecond)
            throws InterruptedException {
        Offsets offsets = Offsets.of(settings);
        List<PartitionRange> plan;
        try (Admin admin = offsets.open()) {
            plan = TopicPlan.of(wanted, standard, admin);
        }
        return new WatchedSource<>(
                new TopicSource(kafka(settings, plan, clientId), offsets),
                TypeInformation.of(RawEvent.class),
                watch,
                enumerator -> new PartitionsRead(plan),
                KafkaPartitionSplit::getStartingOffset,
                eventsPerSecond,
                plan.size());
    }

    @SuppressWarnings("deprecation") // the connector's interface asks for Kafka's deprecated enum
    private static KafkaSource<RawEvent> kafka(Settings settings, List<PartitionRange> plan, String clientId) {
        Map<TopicPartition, Long> from = new HashMap<>();
        Map<TopicPartition, Long> to = new HashMap<>();
        for (PartitionRange range : plan) {
            TopicPartition partition = new TopicPartition(range.topic(), range.partition());
            from.put(partition, range.from());
            to.put(partition, range.to());
        }
        Properties properties = KafkaProperties.of(settings);
        properties.setProperty("fetch.max.bytes", String.valueOf(16 << 20));
        properties.setProperty("max.partition.fetch.bytes", String.valueOf(4 << 20));
        properties.setProperty("isolation.level", "read_committed");
        properties.setProperty("enable.auto.commit", "false");
        properties.setProperty("commit.offsets.on.checkpoint", "false");
        properties.setProperty("allow.auto.create.topics", "false");
        return KafkaSource.<RawEvent>builder()
                .setBootstrapServers(settings.get(JobOptions.KAFKA))
                .setPartitions(new HashSet<>(from.keySet()))
                .setClientIdPrefix(clientId)
                .setStartingOffsets(OffsetsInitializer.offsets(from, OffsetResetStrategy.NONE))
                .setBounded(OffsetsInitializer.offsets(to, OffsetResetStrategy.NONE))
                .setDeserializer(new RawEventReader())
                .setProperties(properties)
                .build();
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<RawEvent, KafkaPartitionSplit> createReader(SourceReaderContext context) throws Exception {
        return new PresentReader(source.createReader(context), partitions -> {
            try (Admin admin = offsets.open()) {
                return Offsets.first(admin, partitions);
            }
        });
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return source.createEnumerator(context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) throws Exception {
        return source.restoreEnumerator(context, state);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }
}
