package dev.inferencestore.job.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one reader, and how far each is: to be checked, then read or waiting. One that is read is stopped
 * first, which takes a moment, and then waits, is checked, is begun again or is dropped.
 *
 * <p>Only a topic that nobody wants any more is dropped. What cannot be read for now is kept, with its offset, here and
 * in the snapshot: whoever hands out partitions goes on taking them for ours, so nothing has to be agreed on.
 */
final class HeldPartitions {
    private enum Phase {
        TO_CHECK,
        READ,
        WAITING,
        STOPPING_TO_WAIT,
        STOPPING_TO_CHECK,
        STOPPING_TO_BEGIN_AGAIN,
        STOPPING_TO_DROP;

        boolean isStopping() {
            return this != TO_CHECK && this != READ && this != WAITING;
        }
    }

    /** @param split where it stands, where it is not being read */
    private record Held(Phase phase, KafkaPartitionSplit split) {}

    private final String main;
    private final Map<TopicPartition, Held> held = new HashMap<>();
    private int toCheck;
    private @Nullable ReadTopics told;

    /** @param main the topic that is read whatever is said */
    HeldPartitions(String main) {
        this.main = main;
    }

    /** What was last said about topics; null before anything was. */
    @Nullable
    ReadTopics told() {
        return told;
    }

    /** Takes partitions in. One that is held already goes on from where it is. */
    void add(Collection<KafkaPartitionSplit> splits) {
        for (KafkaPartitionSplit split : splits) {
            TopicPartition partition = split.getTopicPartition();
            Held before = held.get(partition);
            if (before == null) {
                put(partition, Phase.TO_CHECK, split);
            } else if (before.phase() == Phase.STOPPING_TO_DROP) {
                // It is wanted again, from a later time on.
                put(partition, Phase.STOPPING_TO_BEGIN_AGAIN, before.split());
            }
        }
    }

    boolean hasToCheck() {
        return toCheck > 0;
    }

    List<KafkaPartitionSplit> toCheck() {
        return inPhase(Phase.TO_CHECK);
    }

    /** Those that were to be checked are now read from here. */
    void reading(Collection<KafkaPartitionSplit> splits) {
        splits.forEach(split -> put(split.getTopicPartition(), Phase.READ, split));
    }

    /** Those that were to be checked cannot be read for now. */
    void waiting(Collection<KafkaPartitionSplit> splits) {
        splits.forEach(split -> put(split.getTopicPartition(), Phase.WAITING, split));
    }

    /**
     * Takes in which topics are to be read.
     *
     * @return the partitions whose reading must be stopped
     */
    List<TopicPartition> tell(ReadTopics topics) {
        told = topics;
        List<TopicPartition> toStop = new ArrayList<>();
        for (Map.Entry<TopicPartition, Held> entry : List.copyOf(held.entrySet())) {
            TopicPartition partition = entry.getKey();
            Held now = entry.getValue();
            if (partition.topic().equals(main)) {
                continue;
            }
            if (now.phase() == Phase.READ || now.phase().isStopping()) {
                Phase next = whileRead(partition, now.phase(), topics);
                if (now.phase() == Phase.READ && next.isStopping()) {
                    toStop.add(partition);
                }
                put(partition, next, now.split());
            } else if (!topics.wants(partition.topic())) {
                remove(partition);
            } else {
                put(
                        partition,
                        topics.reads(partition) ? Phase.TO_CHECK : Phase.WAITING,
                        topics.isAnew(partition.topic()) ? fresh(partition) : now.split());
            }
        }
        return toStop;
    }

    /**
     * A topic could not be read.
     *
     * @return the partitions whose reading must be stopped
     */
    List<TopicPartition> failed(String topic) {
        List<TopicPartition> toStop = new ArrayList<>();
        for (Map.Entry<TopicPartition, Held> entry : List.copyOf(held.entrySet())) {
            if (entry.getKey().topic().equals(topic) && entry.getValue().phase() == Phase.READ) {
                put(entry.getKey(), Phase.STOPPING_TO_WAIT, entry.getValue().split());
                toStop.add(entry.getKey());
            }
        }
        return toStop;
    }

    /** The reading of partitions has stopped; these are where they stand. */
    void stopped(Collection<KafkaPartitionSplit> splits) {
        for (KafkaPartitionSplit split : splits) {
            TopicPartition partition = split.getTopicPartition();
            Held now = held.get(partition);
            if (now == null) {
                continue;
            }
            switch (now.phase()) {
                case STOPPING_TO_WAIT -> put(partition, Phase.WAITING, split);
                case STOPPING_TO_CHECK -> put(partition, Phase.TO_CHECK, split);
                case STOPPING_TO_BEGIN_AGAIN -> put(partition, Phase.TO_CHECK, fresh(partition));
                case STOPPING_TO_DROP -> remove(partition);
                case TO_CHECK, READ, WAITING ->
                    throw new IllegalStateException(partition + " was stopped without being asked to");
            }
        }
    }

    /**
     * What a checkpoint keeps.
     *
     * @param read where the partitions stand that are read or stopping
     */
    List<KafkaPartitionSplit> snapshot(Collection<KafkaPartitionSplit> read) {
        List<KafkaPartitionSplit> splits = new ArrayList<>(inPhase(Phase.TO_CHECK));
        splits.addAll(inPhase(Phase.WAITING));
        for (KafkaPartitionSplit split : read) {
            Held now = held.get(split.getTopicPartition());
            Phase phase = now == null ? Phase.READ : now.phase();
            if (phase == Phase.STOPPING_TO_BEGIN_AGAIN) {
                splits.add(fresh(split.getTopicPartition()));
            } else if (phase != Phase.STOPPING_TO_DROP) {
                splits.add(split);
            }
        }
        return splits;
    }

    private static Phase whileRead(TopicPartition partition, Phase now, ReadTopics topics) {
        String topic = partition.topic();
        // What was dropped is ours again only when it is handed out again, maybe to another reader.
        if (!topics.wants(topic) || now == Phase.STOPPING_TO_DROP) {
            return Phase.STOPPING_TO_DROP;
        }
        if (topics.isAnew(topic) || now == Phase.STOPPING_TO_BEGIN_AGAIN) {
            return Phase.STOPPING_TO_BEGIN_AGAIN;
        }
        if (!topics.reads(partition)) {
            return Phase.STOPPING_TO_WAIT;
        }
        return now == Phase.READ ? Phase.READ : Phase.STOPPING_TO_CHECK;
    }

    /** A partition as if it was never read. */
    private static KafkaPartitionSplit fresh(TopicPartition partition) {
        return new KafkaPartitionSplit(partition, KafkaPartitionSplit.EARLIEST_OFFSET);
    }

    private List<KafkaPartitionSplit> inPhase(Phase phase) {
        return held.values().stream()
                .filter(each -> each.phase() == phase)
                .map(Held::split)
                .toList();
    }

    private void put(TopicPartition partition, Phase phase, KafkaPartitionSplit split) {
        remove(partition);
        held.put(partition, new Held(phase, split));
        toCheck += phase == Phase.TO_CHECK ? 1 : 0;
    }

    private void remove(TopicPartition partition) {
        Held before = held.remove(partition);
        toCheck -= before != null && before.phase() == Phase.TO_CHECK ? 1 : 0;
    }
}
