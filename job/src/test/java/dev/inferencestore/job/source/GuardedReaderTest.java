package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GuardedReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("inferences", 2);

    private final FakeReader reader = new FakeReader();
    private final Map<TopicPartition, TopicRanges.Range> kafka = new HashMap<>();
    private final TestingReaderOutput<RawEvent> output = new TestingReaderOutput<>();

    @Test
    void aPartitionIsReadOnFromWhereItStands() throws Exception {
        kafka.put(PARTITION, new TopicRanges.Range(10, 100));
        GuardedReader guarded = guarded(false);

        guarded.addSplits(List.of(split(10)));
        assertThat(guarded.isAvailable()).isDone();
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(split(10));
        assertThat(output.getEmittedRecords()).isEmpty();
    }

    @Test
    void offsetsThatAreGoneStopTheJobWithTheRangeAndTheOption() {
        kafka.put(PARTITION, new TopicRanges.Range(10, 100));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(split(4)));

        assertThatThrownBy(() -> guarded.pollNext(output))
                .isInstanceOf(SuppressRestartsException.class)
                .hasStackTraceContaining("offsets 4 to 9 of inferences-2 are no longer in Kafka (it has 10 to 99)")
                .hasStackTraceContaining("--kafka.accept-gaps true");
        assertThat(reader.splits).isEmpty();
    }

    @Test
    void aGapThatIsAcceptedIsCountedInTheStream() throws Exception {
        kafka.put(PARTITION, new TopicRanges.Range(10, 100));
        GuardedReader guarded = guarded(true);
        guarded.addSplits(List.of(split(4)));
        assertThat(guarded.snapshotState(1)).as("before the gap is counted").containsExactly(split(4));

        guarded.pollNext(output);

        assertThat(output.getEmittedRecords()).containsExactly(RawEvent.gap("inferences", 2, 4, 6));
        assertThat(guarded.snapshotState(2)).containsExactly(split(10));
    }

    @Test
    void aTopicThatWasMadeAnewStopsTheJobToo() {
        kafka.put(PARTITION, new TopicRanges.Range(0, 5));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(split(80)));

        assertThatThrownBy(() -> guarded.pollNext(output))
                .hasStackTraceContaining("the next offset of inferences-2 is 80 but Kafka has only 0 to 4");
    }

    private GuardedReader guarded(boolean acceptGaps) {
        return new GuardedReader(reader, partitions -> kafka, acceptGaps);
    }

    private static KafkaPartitionSplit split(long offset) {
        return new KafkaPartitionSplit(PARTITION, offset);
    }

    /** Keeps what it is given. */
    private static final class FakeReader implements SourceReader<RawEvent, KafkaPartitionSplit> {
        private final List<KafkaPartitionSplit> splits = new ArrayList<>();

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
        public void close() {}
    }
}
