package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions, each only after a look at what Kafka has of it ({@link StartingPoints}), and stops reading those of
 * topics that cannot be read or that nobody wants any more. A gap goes into the stream, so that its count is
 * checkpointed with the offset behind it.
 */
final class GuardedReader implements SourceReader<RawEvent, KafkaPartitionSplit> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedReader.class);

    private final StoppableReader reader;
    private final StartingPoints starts;
    private final HeldPartitions held;
    private final Consumer<SourceEvent> enumerator;
    private CompletableFuture<Void> toCheck = new CompletableFuture<>();

    /**
     * @param main the inferences topic
     * @param enumerator is told of topics that cannot be read
     */
    GuardedReader(StoppableReader reader, StartingPoints starts, String main, Consumer<SourceEvent> enumerator) {
        this.reader = reader;
        this.starts = starts;
        this.held = new HeldPartitions(main);
        this.enumerator = enumerator;
    }

    @Override
    public void start() {
        reader.start();
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawEvent> output) throws Exception {
        if (held.hasToCheck()) {
            check(output);
            return InputStatus.MORE_AVAILABLE;
        }
        InputStatus status = reader.pollNext(output);
        for (StoppableReader.Failure failure : reader.takeFailures()) {
            for (String topic : failure.topics()) {
                stop(held.failed(topic));
                report(topic, failure.why());
            }
        }
        held.stopped(reader.takeStopped());
        return held.hasToCheck() ? InputStatus.MORE_AVAILABLE : status;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return held.snapshot(reader.snapshotState(checkpointId));
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        if (held.hasToCheck()) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(CompletableFuture.anyOf(reader.isAvailable(), toCheck));
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        held.add(splits);
        wake();
    }

    @Override
    public void notifyNoMoreSplits() {
        throw new UnsupportedOperationException("the inferences source has no end");
    }

    @Override
    public void handleSourceEvents(SourceEvent event) {
        if (event instanceof ReadTopics topics) {
            stop(held.tell(topics));
            wake();
        } else {
            reader.handleSourceEvents(event);
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
        reader.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void close() throws Exception {
        reader.close();
    }

    private void check(ReaderOutput<RawEvent> output) throws Exception {
        StartingPoints.Checked checked = starts.check(held.toCheck(), held.told());
        checked.gaps().forEach(output::collect);
        toCheck = new CompletableFuture<>();
        held.waiting(checked.waiting());
        held.reading(checked.begin());
        if (!checked.begin().isEmpty()) {
            reader.addSplits(checked.begin());
        }
        checked.failures().forEach(this::report);
    }

    private void report(String topic, String why) {
        LOG.warn("Topic '{}', which a source names, cannot be read: {}", topic, why);
        enumerator.accept(new CannotRead(topic, why));
    }

    private void stop(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            LOG.info("Stopping to read {}", partitions);
            reader.stop(partitions);
        }
    }

    private void wake() {
        if (held.hasToCheck()) {
            toCheck.complete(null);
        }
    }
}
