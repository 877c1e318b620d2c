package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;

/** Keeps what it is given; stops and fails when the test says so. */
final class FakeReader implements StoppableReader {
    final List<KafkaPartitionSplit> splits = new ArrayList<>();
    final Set<TopicPartition> asked = new HashSet<>();
    private final List<KafkaPartitionSplit> stopped = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    /** Partitions that were asked to stop have stopped, having read on to an offset. */
    void stopAt(long offset) {
        splits.removeIf(split -> asked.contains(split.getTopicPartition()));
        asked.forEach(partition -> stopped.add(new KafkaPartitionSplit(partition, offset)));
        asked.clear();
    }

    void fail(String topic, String why) {
        failures.add(new Failure(Set.of(topic), why));
    }

    @Override
    public void start() {}

    @Override
    public InputStatus pollNext(ReaderOutput<RawEvent> output) {
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return splits;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return new CompletableFuture<>();
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> more) {
        splits.addAll(more);
    }

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void stop(Collection<TopicPartition> partitions) {
        asked.addAll(partitions);
    }

    @Override
    public List<KafkaPartitionSplit> takeStopped() {
        List<KafkaPartitionSplit> taken = List.copyOf(stopped);
        stopped.clear();
        return taken;
    }

    @Override
    public List<Failure> takeFailures() {
        List<Failure> taken = List.copyOf(failures);
        failures.clear();
        return taken;
    }

    @Override
    public void close() {}
}
