package dev.inferencestore.job.source;

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
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions, each only after a look at what Kafka has of it. Where the next offset is gone, the job stops with
 * the range that is missing and the option that accepts it; where it is accepted, a gap goes into the stream, so that
 * its count is checkpointed with the offset behind it.
 *
 * <p>A partition that is still to be checked is in the snapshot as it came.
 */
final class GuardedReader implements SourceReader<RawEvent, KafkaPartitionSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedReader.class);

    private final SourceReader<RawEvent, KafkaPartitionSplit> reader;
    private final TopicRanges ranges;
    private final boolean acceptGaps;
    private final List<KafkaPartitionSplit> unchecked = new ArrayList<>();
    private CompletableFuture<Void> toCheck = new CompletableFuture<>();
    private boolean noMoreSplits;

    GuardedReader(SourceReader<RawEvent, KafkaPartitionSplit> reader, TopicRanges ranges, boolean acceptGaps) {
        this.reader = reader;
        this.ranges = ranges;
        this.acceptGaps = acceptGaps;
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawEvent> output) throws Exception {
        if (!unchecked.isEmpty()) {
            List<KafkaPartitionSplit> checked = new ArrayList<>();
            List<RawEvent> gaps = new ArrayList<>();
            check(checked, gaps);
            gaps.forEach(output::collect);
            unchecked.clear();
            toCheck = new CompletableFuture<>();
            reader.addSplits(checked);
            if (noMoreSplits) {
                reader.notifyNoMoreSplits();
            }
            return InputStatus.MORE_AVAILABLE;
        }
        return reader.pollNext(output);
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        List<KafkaPartitionSplit> splits = new ArrayList<>(reader.snapshotState(checkpointId));
        splits.addAll(unchecked);
        return splits;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (!unchecked.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(CompletableFuture.anyOf(reader.isAvailable(), toCheck));
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

    private void check(List<KafkaPartitionSplit> checked, List<RawEvent> gaps) throws Exception {
        Map<TopicPartition, TopicRanges.Range> there = ranges.of(
                unchecked.stream().map(KafkaPartitionSplit::getTopicPartition).toList());
        List<String> missing = new ArrayList<>();
        for (KafkaPartitionSplit split : unchecked) {
            TopicPartition partition = split.getTopicPartition();
            TopicRanges.Range range = there.get(partition);
            long next = split.getStartingOffset();
            if (range == null || next < 0 || (next >= range.first() && next <= range.end())) {
                checked.add(split);
                continue;
            }
            String what = next < range.first()
                    ? "offsets " + next + " to " + (range.first() - 1) + " of " + partition
                            + " are no longer in Kafka (it has " + range.first() + " to " + (range.end() - 1) + ")"
                    : "the next offset of " + partition + " is " + next + " but Kafka has only " + range.first()
                            + " to " + (range.end() - 1) + ": the topic was made anew";
            missing.add(what);
            LOG.warn("{}", what);
            if (next < range.first()) {
                gaps.add(RawEvent.gap(partition.topic(), partition.partition(), next, range.first() - next));
            }
            checked.add(new KafkaPartitionSplit(
                    partition,
                    range.first(),
                    split.getStoppingOffset().orElse(KafkaPartitionSplit.NO_STOPPING_OFFSET)));
        }
        if (!missing.isEmpty() && !acceptGaps) {
            throw new SuppressRestartsException(new IllegalStateException(
                    String.join("; ", missing) + ". Start the job with --kafka.accept-gaps true to go on"
                            + " from what Kafka has; offsets that are gone are then counted as turned_away.missing_in_kafka (how"
                            + " many a topic had that was made anew is not known)."));
        }
    }
}
