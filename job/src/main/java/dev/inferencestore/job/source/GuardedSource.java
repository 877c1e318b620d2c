package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The connector's source, but a partition is only read on from an offset that Kafka still has: see
 * {@link GuardedReader}. State is the connector's.
 */
public final class GuardedSource
        implements Source<RawEvent, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<RawEvent> {
    private static final long serialVersionUID = 1L;

    private final KafkaSource<RawEvent> source;
    private final TopicRanges ranges;
    private final boolean acceptGaps;

    GuardedSource(KafkaSource<RawEvent> source, TopicRanges ranges, boolean acceptGaps) {
        this.source = source;
        this.ranges = ranges;
        this.acceptGaps = acceptGaps;
    }

    @Override
    public SourceReader<RawEvent, KafkaPartitionSplit> createReader(SourceReaderContext context) throws Exception {
        return new GuardedReader(source.createReader(context), ranges, acceptGaps);
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
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

    @Override
    public TypeInformation<RawEvent> getProducedType() {
        return source.getProducedType();
    }
}
