package dev.inferencestore.job.replay.topic;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what Kafka still has of its ranges. What it no longer has goes into the stream as a gap, so that it is counted:
 * who replays asks for as much as there is.
 *
 * <p>A range that is still to be checked is in the snapshot as it came.
 */
final class PresentReader implements SourceReader<RawEvent, KafkaPartitionSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(PresentReader.class);

    private final SourceReader<RawEvent, KafkaPartitionSplit> reader;
    private final Present present;
    private final List<KafkaPartitionSplit> unchecked = new ArrayList<>();
    private CompletableFuture<Void> toCheck = new CompletableFuture<>();
    private boolean noMoreSplits;

    PresentReader(SourceReader<RawEvent, KafkaPartitionSplit> reader, Present present) {
        this.reader = reader;
        this.present = present;
    }

    /** What Kafka has. */
    interface Present {
        /** Of each partition the first offset. */
        Map<TopicPartition, Long> first(List<TopicPartition> partitions) throws InterruptedException;
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawEvent> output) throws Exception {
        if (unchecked.isEmpty()) {
            return reader.pollNext(output);
        }
        List<RawEvent> gaps = new ArrayList<>();
        List<KafkaPartitionSplit> checked = check(gaps);
        gaps.forEach(output::collect);
        unchecked.clear();
        toCheck = new CompletableFuture<>();
        reader.addSplits(checked);
        if (noMoreSplits) {
            reader.notifyNoMoreSplits();
        }
        return InputStatus.MORE_AVAILABLE;
    }

    private List<KafkaPartitionSplit> check(List<RawEvent> gaps) throws InterruptedException {
        Map<TopicPartition, Long> first = present.first(
                unchecked.stream().map(KafkaPartitionSplit::getTopicPartition).toList());
        List<KafkaPartitionSplit> checked = new ArrayList<>();
        for (KafkaPartitionSplit split : unchecked) {
            TopicPartition partition = split.getTopicPartition();
            long next = split.getStartingOffset();
            long end = split.getStoppingOffset().orElse(next);
            long there = Math.min(end, first.getOrDefault(partition, next));
            if (there <= next) {
                checked.add(split);
                continue;
            }
            LOG.warn("Kafka no longer has offsets {} to {} of {}: they are counted", next, there - 1, partition);
            gaps.add(RawEvent.gap(partition.topic(), partition.partition(), next, there - next));
            checked.add(new KafkaPartitionSplit(partition, there, end));
        }
        return checked;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        List<KafkaPartitionSplit> splits = new ArrayList<>(reader.snapshotState(checkpointId));
        splits.addAll(unchecked);
        return splits;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return unchecked.isEmpty()
                ? CompletableFuture.allOf(CompletableFuture.anyOf(reader.isAvailable(), toCheck))
                : CompletableFuture.completedFuture(null);
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        unchecked.addAll(splits);
        toCheck.complete(null);
    }

    @Override
    public void notifyNoMoreSplits() {
        noMoreSplits = true;
        if (unchecked.isEmpty()) {
            reader.notifyNoMoreSplits();
        }
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        reader.handleSourceEvents(event);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void close() throws Exception {
        reader.close();
    }
}
