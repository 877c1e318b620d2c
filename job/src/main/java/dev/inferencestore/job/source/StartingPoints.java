package dev.inferencestore.job.source;

import dev.inferencestore.domain.event.RawEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where partitions are read on, after a look at what Kafka has of them.
 *
 * <p>Of the inferences topic nothing is lost in silence: where its next offset is gone, the job stops with the range that
 * is missing and the option that accepts it. A topic that a source names belongs to somebody else, who must not be able to
 * stop the job: what is gone of it is counted, a topic that was made anew is begun again, and one that cannot be read
 * waits.
 */
final class StartingPoints {
    private static final Logger LOG = LoggerFactory.getLogger(StartingPoints.class);

    private final String main;
    private final TopicRanges ranges;
    private final boolean acceptGaps;

    /** @param main the inferences topic */
    StartingPoints(String main, TopicRanges ranges, boolean acceptGaps) {
        this.main = main;
        this.ranges = ranges;
        this.acceptGaps = acceptGaps;
    }

    /**
     * What became of partitions that were looked at.
     *
     * @param begin to be read, from an offset that there is
     * @param waiting not to be read for now, where they stand
     * @param gaps what is missing, for the stream
     * @param failures by topic, why partitions of it wait
     */
    record Checked(
            List<KafkaPartitionSplit> begin,
            List<KafkaPartitionSplit> waiting,
            List<RawEvent> gaps,
            Map<String, String> failures) {}

    /**
     * Looks at partitions.
     *
     * @param told which topics are to be read; null while that is not known
     * @throws SuppressRestartsException where offsets of the inferences topic are gone and that is not accepted
     * @throws IllegalStateException where the inferences topic cannot be read
     */
    Checked check(List<KafkaPartitionSplit> splits, @Nullable ReadTopics told) throws Exception {
        Checked checked = new Checked(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        List<KafkaPartitionSplit> looked = new ArrayList<>();
        for (KafkaPartitionSplit split : splits) {
            (canBeLookedAt(split, told) ? looked : checked.waiting()).add(split);
        }
        if (looked.isEmpty()) {
            return checked;
        }
        TopicRanges.Answer there = ranges.of(
                looked.stream().map(KafkaPartitionSplit::getTopicPartition).toList(),
                told == null ? Map.of() : told.since());
        List<String> missing = new ArrayList<>();
        for (KafkaPartitionSplit split : looked) {
            TopicPartition partition = split.getTopicPartition();
            TopicRanges.Range range = there.ranges().get(partition);
            if (range != null) {
                begin(split, range, checked, missing);
                continue;
            }
            String why = there.unreadable().getOrDefault(partition, "Kafka did not say what it has of it");
            if (partition.topic().equals(main)) {
                throw new IllegalStateException("the inferences topic '" + main + "' cannot be read: " + why);
            }
            checked.waiting().add(split);
            checked.failures().putIfAbsent(partition.topic(), why);
        }
        if (!missing.isEmpty() && !acceptGaps) {
            throw new SuppressRestartsException(new IllegalStateException(
                    String.join("; ", missing) + ". Start the job with --kafka.accept-gaps true to go on"
                            + " from what Kafka has; offsets that are gone are then counted as turned_away.missing_in_kafka (how"
                            + " many a topic had that was made anew is not known)."));
        }
        return checked;
    }

    /** Without the time from which on its topic is wanted, a partition that was never read cannot be begun. */
    private boolean canBeLookedAt(KafkaPartitionSplit split, @Nullable ReadTopics told) {
        String topic = split.getTopic();
        if (topic.equals(main)) {
            return true;
        }
        return told == null ? split.getStartingOffset() >= 0 : told.reads(split.getTopicPartition());
    }

    private void begin(KafkaPartitionSplit split, TopicRanges.Range range, Checked checked, List<String> missing) {
        TopicPartition partition = split.getTopicPartition();
        boolean ofMain = partition.topic().equals(main);
        long next = split.getStartingOffset();
        if (next < 0) {
            checked.begin().add(new KafkaPartitionSplit(partition, ofMain ? range.first() : range.since()));
        } else if (next >= range.first() && next <= range.end()) {
            checked.begin().add(split);
        } else {
            String what = next < range.first()
                    ? "offsets " + next + " to " + (range.first() - 1) + " of " + partition
                            + " are no longer in Kafka (it has " + range.first() + " to " + (range.end() - 1) + ")"
                    : "the next offset of " + partition + " is " + next + " but Kafka has only " + range.first()
                            + " to " + (range.end() - 1) + ": the topic was made anew";
            LOG.warn("{}", what);
            if (ofMain) {
                missing.add(what);
            }
            if (next < range.first()) {
                checked.gaps().add(RawEvent.gap(partition.topic(), partition.partition(), next, range.first() - next));
            }
            checked.begin()
                    .add(new KafkaPartitionSplit(
                            partition, ofMain || next < range.first() ? range.first() : range.since()));
        }
    }
}
