package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.connector.testutils.source.reader.TestingReaderOutput;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GuardedReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("inferences", 2);
    private static final TopicPartition OTHER = new TopicPartition("theirs", 0);
    private static final long NEW = KafkaPartitionSplit.EARLIEST_OFFSET;

    private final FakeReader reader = new FakeReader();
    private final Map<TopicPartition, TopicRanges.Range> kafka = new HashMap<>();
    private final Set<TopicPartition> askedFor = new HashSet<>();
    private final List<SourceEvent> said = new ArrayList<>();
    private final TestingReaderOutput<RawEvent> output = new TestingReaderOutput<>();

    @Test
    void aPartitionIsReadOnFromWhereItStands() throws Exception {
        kafka.put(PARTITION, range(10, 100));
        GuardedReader guarded = guarded(false);

        guarded.addSplits(List.of(split(10)));
        assertThat(guarded.isAvailable()).isDone();
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(split(10));
        assertThat(output.getEmittedRecords()).isEmpty();
        assertThat(guarded.isAvailable()).isNotDone();
    }

    @Test
    void aPartitionThatWasNeverReadBeginsAtItsFirstOffset() throws Exception {
        kafka.put(PARTITION, new TopicRanges.Range(10, 100, 70));
        GuardedReader guarded = guarded(false);

        guarded.addSplits(List.of(split(NEW)));
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(split(10));
    }

    @Test
    void offsetsThatAreGoneStopTheJobWithTheRangeAndTheOption() {
        kafka.put(PARTITION, range(10, 100));
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
        kafka.put(PARTITION, range(10, 100));
        GuardedReader guarded = guarded(true);
        guarded.addSplits(List.of(split(4)));
        assertThat(guarded.snapshotState(1)).as("before the gap is counted").containsExactly(split(4));

        guarded.pollNext(output);

        assertThat(output.getEmittedRecords()).containsExactly(RawEvent.gap("inferences", 2, 4, 6));
        assertThat(guarded.snapshotState(2)).containsExactly(split(10));
    }

    @Test
    void aTopicThatWasMadeAnewStopsTheJobToo() {
        kafka.put(PARTITION, range(0, 5));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(split(80)));

        assertThatThrownBy(() -> guarded.pollNext(output))
                .hasStackTraceContaining("the next offset of inferences-2 is 80 but Kafka has only 0 to 4");
    }

    @Test
    void theInferencesTopicThatCannotBeReadStopsTheJob() {
        GuardedReader guarded = guarded(true);
        guarded.addSplits(List.of(split(80)));

        assertThatThrownBy(() -> guarded.pollNext(output))
                .hasMessage("the inferences topic 'inferences' cannot be read: Kafka has no topic of this name");
    }

    @Test
    void anotherTopicIsBegunAtTheTimeFromWhichItIsWantedAndNotBeforeThatIsKnown() throws Exception {
        kafka.put(OTHER, new TopicRanges.Range(10, 100, 70));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(other(NEW)));

        guarded.pollNext(output);
        assertThat(reader.splits).isEmpty();
        assertThat(guarded.isAvailable()).isNotDone();
        assertThat(guarded.snapshotState(1)).containsExactly(other(NEW));

        guarded.handleSourceEvents(wanted(true, false));
        assertThat(guarded.isAvailable()).isDone();
        guarded.pollNext(output);
        assertThat(reader.splits).containsExactly(other(70));
    }

    @Test
    void whatIsGoneOfAnotherTopicIsCountedAndTheJobGoesOn() throws Exception {
        kafka.put(OTHER, range(10, 100));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(other(4)));

        guarded.pollNext(output);

        assertThat(output.getEmittedRecords()).containsExactly(RawEvent.gap("theirs", 0, 4, 6));
        assertThat(reader.splits).containsExactly(other(10));
    }

    @Test
    void anotherTopicThatWasMadeAnewIsBegunAgain() throws Exception {
        kafka.put(OTHER, new TopicRanges.Range(0, 5, 3));
        GuardedReader guarded = guarded(false);
        guarded.handleSourceEvents(wanted(true, false));
        guarded.addSplits(List.of(other(80)));

        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(other(3));
        assertThat(output.getEmittedRecords()).isEmpty();
    }

    @Test
    void aRestoredTopicThatIsGoneWaitsWhereItStoodWhileTheOthersAreRead() throws Exception {
        kafka.put(PARTITION, range(0, 100));
        GuardedReader guarded = guarded(false);
        guarded.addSplits(List.of(split(5), other(50)));

        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(split(5));
        assertThat(said).containsExactly(new CannotRead("theirs", "Kafka has no topic of this name"));
        assertThat(guarded.snapshotState(1)).containsExactlyInAnyOrder(split(5), other(50));

        kafka.put(OTHER, range(0, 60));
        guarded.handleSourceEvents(wanted(true, false));
        guarded.pollNext(output);
        assertThat(reader.splits).containsExactly(split(5), other(50));
    }

    @Test
    void aTopicThatCannotBeReadAnyMoreIsStoppedAndReadOnWhenItCan() throws Exception {
        GuardedReader guarded = readingOther(50);

        guarded.handleSourceEvents(wanted(false, false));
        assertThat(reader.asked).containsExactly(OTHER);
        assertThat(guarded.snapshotState(1)).as("while it stops").containsExactly(other(50));
        reader.stopAt(55);
        guarded.pollNext(output);
        assertThat(guarded.snapshotState(2)).containsExactly(other(55));

        guarded.handleSourceEvents(wanted(true, false));
        guarded.pollNext(output);
        assertThat(reader.splits).containsExactly(other(55));
    }

    @Test
    void aTopicThatCanBeReadAgainBeforeItHasStoppedIsReadOn() throws Exception {
        GuardedReader guarded = readingOther(50);

        guarded.handleSourceEvents(wanted(false, false));
        guarded.handleSourceEvents(wanted(true, false));
        reader.stopAt(55);
        assertThat(guarded.pollNext(output)).isEqualTo(InputStatus.MORE_AVAILABLE);
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(other(55));
    }

    @Test
    void aTopicMadeAnewWhileItIsReadIsBegunAgainAlsoWhereTheNewOneIsLonger() throws Exception {
        GuardedReader guarded = readingOther(50);

        guarded.handleSourceEvents(wanted(true, true));
        assertThat(guarded.snapshotState(1)).as("while it stops").containsExactly(other(NEW));
        reader.stopAt(50);
        guarded.pollNext(output);
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(other(2));
    }

    @Test
    void aTopicThatNobodyWantsAnyMoreIsDroppedAtOnce() throws Exception {
        GuardedReader guarded = readingOther(50);

        guarded.handleSourceEvents(new ReadTopics(Map.of()));
        assertThat(guarded.snapshotState(1)).as("while it stops").isEmpty();
        reader.stopAt(55);
        guarded.pollNext(output);

        assertThat(guarded.snapshotState(2)).isEmpty();
        assertThat(reader.splits).isEmpty();
    }

    @Test
    void aTopicThatIsWantedAgainWhileItStopsIsBegunAtTheNewTime() throws Exception {
        GuardedReader guarded = readingOther(50);

        guarded.handleSourceEvents(new ReadTopics(Map.of()));
        guarded.handleSourceEvents(wanted(true, false));
        guarded.addSplits(List.of(other(NEW)));
        kafka.put(OTHER, new TopicRanges.Range(0, 100, 90));
        reader.stopAt(55);
        guarded.pollNext(output);
        guarded.pollNext(output);

        assertThat(reader.splits).containsExactly(other(90));
    }

    @Test
    void aFailureWhileReadingStopsThatTopicAndIsSaid() throws Exception {
        GuardedReader guarded = readingOther(50);

        reader.fail("theirs", "not allowed");
        guarded.pollNext(output);
        assertThat(reader.asked).containsExactly(OTHER);
        assertThat(said).containsExactly(new CannotRead("theirs", "not allowed"));
        reader.fail("theirs", "not allowed");
        reader.stopAt(51);
        guarded.pollNext(output);

        assertThat(reader.asked).as("stopped once").isEmpty();
        assertThat(guarded.snapshotState(1)).containsExactly(other(51));
        guarded.handleSourceEvents(wanted(true, false));
        guarded.pollNext(output);
        assertThat(reader.splits).as("told again, it is tried again").containsExactly(other(51));
    }

    @Test
    void aPartitionThatATopicNoLongerHasWaitsWithoutBeingAskedFor() throws Exception {
        TopicPartition gone = new TopicPartition("theirs", 1);
        kafka.put(OTHER, range(0, 100));
        GuardedReader guarded = guarded(false);
        guarded.handleSourceEvents(wanted(true, false));
        guarded.addSplits(List.of(other(5), new KafkaPartitionSplit(gone, 7)));

        guarded.pollNext(output);

        assertThat(askedFor).containsExactly(OTHER);
        assertThat(said).isEmpty();
        assertThat(guarded.snapshotState(1)).containsExactlyInAnyOrder(other(5), new KafkaPartitionSplit(gone, 7));
    }

    /** A reader that reads the other topic, of which Kafka has 0 to 99 and 2 is the first that is wanted. */
    private GuardedReader readingOther(long offset) throws Exception {
        kafka.put(OTHER, new TopicRanges.Range(0, 100, 2));
        GuardedReader guarded = guarded(false);
        guarded.handleSourceEvents(wanted(true, false));
        guarded.addSplits(List.of(other(offset)));
        guarded.pollNext(output);
        assertThat(reader.splits).containsExactly(other(offset));
        return guarded;
    }

    private GuardedReader guarded(boolean acceptGaps) {
        TopicRanges ranges = (partitions, since) -> {
            askedFor.addAll(partitions);
            Map<TopicPartition, String> unreadable = new HashMap<>();
            partitions.stream()
                    .filter(partition -> !kafka.containsKey(partition))
                    .forEach(partition -> unreadable.put(partition, "Kafka has no topic of this name"));
            return new TopicRanges.Answer(kafka, unreadable);
        };
        return new GuardedReader(reader, new StartingPoints("inferences", ranges, acceptGaps), "inferences", said::add);
    }

    private static ReadTopics wanted(boolean readable, boolean anew) {
        return new ReadTopics(Map.of("theirs", new ReadTopics.Topic(0, 1, readable, anew)));
    }

    private static TopicRanges.Range range(long first, long end) {
        return new TopicRanges.Range(first, end, first);
    }

    private static KafkaPartitionSplit split(long offset) {
        return new KafkaPartitionSplit(PARTITION, offset);
    }

    private static KafkaPartitionSplit other(long offset) {
        return new KafkaPartitionSplit(OTHER, offset);
    }
}
