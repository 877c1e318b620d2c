package dev.inferencestore.job.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.metrics.groups.SplitEnumeratorMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Runs what an enumerator wants done when the test says so, and keeps what it sends to readers. */
final class FakeContext implements SplitEnumeratorContext<KafkaPartitionSplit> {
    private final int parallelism;
    private final Map<Integer, ReaderInfo> readers = new HashMap<>();
    private final Map<Integer, List<SourceEvent>> told = new HashMap<>();
    private final Map<Integer, List<KafkaPartitionSplit>> assigned = new HashMap<>();
    private final List<Object> log = new ArrayList<>();
    private Runnable look = () -> {};

    FakeContext(int parallelism) {
        this.parallelism = parallelism;
    }

    void join(int subtask) {
        readers.put(subtask, new ReaderInfo(subtask, "here"));
    }

    /** Does once what is to be done again and again. */
    void look() {
        look.run();
    }

    void clear() {
        readers.clear();
        told.clear();
        assigned.clear();
        log.clear();
    }

    List<SourceEvent> told(int subtask) {
        return told.getOrDefault(subtask, List.of());
    }

    List<KafkaPartitionSplit> assignedTo(int subtask) {
        return assigned.getOrDefault(subtask, List.of());
    }

    List<KafkaPartitionSplit> assigned() {
        return assigned.values().stream().flatMap(List::stream).toList();
    }

    /** All that was sent, in order. */
    List<Object> log() {
        return log;
    }

    @Override
    public SplitEnumeratorMetricGroup metricGroup() {
        return UnregisteredMetricsGroup.createSplitEnumeratorMetricGroup();
    }

    @Override
    public void sendEventToSourceReader(int subtask, SourceEvent event) {
        told.computeIfAbsent(subtask, any -> new ArrayList<>()).add(event);
        log.add(event);
    }

    @Override
    public int currentParallelism() {
        return parallelism;
    }

    @Override
    public Map<Integer, ReaderInfo> registeredReaders() {
        return readers;
    }

    @Override
    public void assignSplits(SplitsAssignment<KafkaPartitionSplit> assignment) {
        assignment.assignment().forEach((subtask, splits) -> {
            assigned.computeIfAbsent(subtask, any -> new ArrayList<>()).addAll(splits);
            log.addAll(splits);
        });
    }

    @Override
    public void signalNoMoreSplits(int subtask) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> then) {
        throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // as Flink does
    public <T> void callAsync(Callable<T> work, BiConsumer<T, Throwable> then, long delay, long period) {
        look = () -> {
            T done = null;
            Exception failure = null;
            try {
                done = work.call();
            } catch (Exception failed) {
                failure = failed;
            }
            then.accept(done, failure);
        };
    }

    @Override
    public void runInCoordinatorThread(Runnable work) {
        work.run();
    }
}
