package dev.inferencestore.job.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumStateSerializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TopicsEnumeratorTest {
    private static final String MAIN = "inferences";
    private static final String OTHER = "theirs";
    private static final ReadTopics NOTHING = new ReadTopics(Map.of());
    private static final long NEW = KafkaPartitionSplit.EARLIEST_OFFSET;

    private final FakeDiscovery discovery = new FakeDiscovery();
    private final FakeContext context = new FakeContext(2);

    @Test
    void partitionsAreHandedOutOnceToReadersAsTheyCome() {
        discovery.finds(NOTHING, MAIN, 0, 1);
        TopicsEnumerator enumerator = started(null);
        context.look();
        assertThat(context.assigned()).isEmpty();

        join(enumerator, 0);
        join(enumerator, 1);
        context.look();

        assertThat(context.assigned()).containsExactlyInAnyOrder(split(MAIN, 0, NEW), split(MAIN, 1, NEW));
        assertThat(context.assignedTo(0)).hasSize(1);
    }

    @Test
    void aReaderHearsWhatToReadBeforeItIsHandedAPartitionOfIt() {
        TopicsEnumerator enumerator = started(null);
        join(enumerator, 0);
        join(enumerator, 1);
        discovery.finds(wanted(true, false), OTHER, 0);

        context.look();

        assertThat(context.log()).hasSize(3);
        assertThat(context.log().get(0)).isEqualTo(wanted(true, false));
        assertThat(context.log().get(1)).isEqualTo(wanted(true, false));
        assertThat(context.log().get(2)).isEqualTo(split(OTHER, 0, NEW));
    }

    @Test
    void whatIsToBeReadIsSaidWhenItChangesAndToWhoComesLater() {
        TopicsEnumerator enumerator = started(null);
        join(enumerator, 0);
        discovery.finds(wanted(true, false), OTHER);
        context.look();
        context.look();
        assertThat(context.told(0)).containsExactly(wanted(true, false));

        discovery.finds(wanted(false, false), OTHER);
        context.look();
        join(enumerator, 1);

        assertThat(context.told(0)).containsExactly(wanted(true, false), wanted(false, false));
        assertThat(context.told(1)).containsExactly(wanted(false, false));
    }

    @Test
    void itIsSaidAgainWhenAReaderCouldNotRead() {
        TopicsEnumerator enumerator = started(null);
        join(enumerator, 0);
        discovery.finds(wanted(true, false), OTHER);
        context.look();

        enumerator.handleSourceEvent(0, new CannotRead(OTHER, "why"));
        assertThat(discovery.notes).containsExactly(new CannotRead(OTHER, "why"));
        discovery.again = true;
        context.look();

        assertThat(context.told(0)).hasSize(2);
    }

    @Test
    void aTopicThatWasMadeAnewIsSaidToBeOnce() {
        TopicsEnumerator enumerator = started(null);
        join(enumerator, 0);
        discovery.finds(wanted(true, true), OTHER);
        context.look();
        discovery.finds(wanted(true, false), OTHER);
        context.look();
        join(enumerator, 1);

        assertThat(context.told(0)).containsExactly(wanted(true, true));
        assertThat(context.told(1)).containsExactly(wanted(true, false));
    }

    @Test
    void aTopicThatIsGoneForNowStaysItsReadersAndOneThatNobodyWantsIsForgotten() throws Exception {
        TopicsEnumerator enumerator = started(null);
        join(enumerator, 0);
        join(enumerator, 1);
        discovery.finds(wanted(true, false), OTHER, 0);
        context.look();
        discovery.finds(wanted(false, false), OTHER);
        context.look();
        discovery.finds(wanted(true, false), OTHER, 0);
        context.look();
        assertThat(context.assigned()).containsExactly(split(OTHER, 0, NEW));

        discovery.finds(NOTHING, OTHER);
        context.look();
        assertThat(enumerator.snapshotState(1).splits()).isEmpty();
        discovery.finds(wanted(true, false), OTHER, 0);
        context.look();
        assertThat(context.assigned()).containsExactly(split(OTHER, 0, NEW), split(OTHER, 0, NEW));
    }

    @Test
    void aRestoredPartitionIsNotHandedOutAgain() throws Exception {
        TopicsEnumerator before = started(null);
        discovery.finds(wanted(true, false), OTHER, 0);
        join(before, 0);
        join(before, 1);
        context.look();
        KafkaSourceEnumStateSerializer serializer = new KafkaSourceEnumStateSerializer();
        KafkaSourceEnumState state =
                serializer.deserialize(serializer.getVersion(), serializer.serialize(before.snapshotState(1)));
        context.clear();

        TopicsEnumerator enumerator = started(state);
        join(enumerator, 0);
        join(enumerator, 1);
        context.look();

        assertThat(context.assigned()).isEmpty();
        assertThat(enumerator.snapshotState(2).assignedSplits()).containsExactly(split(OTHER, 0, NEW));
    }

    @Test
    void partitionsOfAFailedReaderAreHandedOutAgainUnlessNobodyWantsThem() throws Exception {
        TopicsEnumerator enumerator = started(null);
        discovery.finds(wanted(true, false), OTHER, 0);
        join(enumerator, 0);
        join(enumerator, 1);
        context.look();
        enumerator.addSplitsBack(List.of(split(OTHER, 0, NEW)), 0);
        assertThat(context.assigned()).hasSize(2);

        discovery.finds(NOTHING, OTHER);
        context.look();
        enumerator.addSplitsBack(List.of(split(OTHER, 0, NEW)), 0);
        assertThat(context.assigned()).hasSize(2);
        assertThat(enumerator.snapshotState(1).splits()).isEmpty();
    }

    @Test
    void nothingIsForgottenWhileNobodyKnowsWhatIsWanted() throws Exception {
        discovery.finds(null, MAIN, 0);
        TopicsEnumerator enumerator = started(new KafkaSourceEnumState(List.of(split(OTHER, 0, 7)), List.of(), true));
        join(enumerator, 0);
        join(enumerator, 1);

        context.look();

        assertThat(context.told(0)).isEmpty();
        assertThat(context.assigned()).containsExactly(split(MAIN, 0, NEW));
        assertThat(enumerator.snapshotState(1).assignedSplits()).contains(split(OTHER, 0, 7));
    }

    @Test
    void theJobFailsWhereTheInferencesTopicCannotBeRead() {
        discovery.failure = new IllegalStateException("the inferences topic is not there");
        started(null);

        assertThatThrownBy(context::look).hasRootCauseMessage("the inferences topic is not there");
    }

    private TopicsEnumerator started(KafkaSourceEnumState state) {
        TopicsEnumerator enumerator =
                new TopicsEnumerator(context, MAIN, discovery, Duration.ofSeconds(1), () -> {}, state);
        enumerator.start();
        return enumerator;
    }

    private void join(TopicsEnumerator enumerator, int subtask) {
        context.join(subtask);
        enumerator.addReader(subtask);
    }

    private static ReadTopics wanted(boolean readable, boolean anew) {
        return new ReadTopics(Map.of(OTHER, new ReadTopics.Topic(5, 1, readable, anew)));
    }

    private static KafkaPartitionSplit split(String topic, int partition, long offset) {
        return new KafkaPartitionSplit(new TopicPartition(topic, partition), offset);
    }

    /** Finds what the test says. */
    private static final class FakeDiscovery implements Discovery {
        private final ArrayList<CannotRead> notes = new ArrayList<>();
        private Found found = new Found(Set.of(), NOTHING, false);
        private boolean again;
        private RuntimeException failure;

        void finds(ReadTopics topics, String topic, int... partitions) {
            HashSet<TopicPartition> all = new HashSet<>();
            for (int partition : partitions) {
                all.add(new TopicPartition(topic, partition));
            }
            found = new Found(all, topics, false);
        }

        @Override
        public Found run() {
            if (failure != null) {
                throw failure;
            }
            return new Found(found.partitions(), found.topics(), again);
        }

        @Override
        public void note(CannotRead what) {
            notes.add(what);
        }
    }
}
