package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.topic.SourceTopics;
import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplitSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Inference events: the topic of inferences, and those that sources of registered models name, as they come and go
 * ({@link TopicsEnumerator}). A partition is only read on from an offset that Kafka still has ({@link GuardedReader}).
 * State is that of the connector's source.
 */
public final class GuardedSource
        implements Source<RawEvent, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<RawEvent> {
    private static final long serialVersionUID = 1L;

    private final Topics topics;
    private final Properties consumer;
    private final Properties admin;
    private final String clientId;
    private final Database database;

    /**
     * Which topics, and how.
     *
     * @param main the topic of inferences
     * @param refused the store's other topics, which are never read as inferences
     * @param discovery how often to look for topics and partitions
     * @param acceptGaps whether to go on when the topic of inferences has lost events
     */
    record Topics(String main, Set<String> refused, Duration discovery, boolean acceptGaps) implements Serializable {
        private static final long serialVersionUID = 1L;

        Topics {
            refused = Set.copyOf(refused);
        }
    }

    GuardedSource(Topics topics, Properties consumer, Properties admin, String clientId, Database database) {
        this.topics = topics;
        this.consumer = consumer;
        this.admin = admin;
        this.clientId = clientId;
        this.database = database;
    }

    @Override
    public SourceReader<RawEvent, KafkaPartitionSplit> createReader(SourceReaderContext context) {
        return new GuardedReader(
                EventsReader.of(consumer, clientId, topics.main(), context),
                new StartingPoints(topics.main(), new KafkaRanges(admin), topics.acceptGaps()),
                topics.main(),
                context::sendSourceEventToCoordinator);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.CONTINUOUS_UNBOUNDED;
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return enumerator(context, null);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state) {
        return enumerator(context, state);
    }

    private TopicsEnumerator enumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, @Nullable KafkaSourceEnumState state) {
        Admin kafka = Admin.create(admin);
        TopicDiscovery discovery =
                new TopicDiscovery(topics.main(), topics.refused(), kafka, new SourceTopics(database.dataSource()));
        return new TopicsEnumerator(context, topics.main(), discovery, topics.discovery(), kafka, state);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return new KafkaPartitionSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return new KafkaSourceEnumStateSerializer();
    }

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return TypeInformation.of(RawEvent.class);
    }
}
