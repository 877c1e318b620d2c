package dev.inferencestore.job.source;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SplitsAssignment;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the partitions of all topics that are to be read, and tells readers which those are. State is the
 * connector's, whose own enumerator is not used: it begins every partition that it finds later at its first offset, never
 * forgets one, and fails the job when it cannot look once.
 *
 * <p>A partition is handed out once and is then its reader's, whatever becomes of its topic, until nobody wants the topic
 * any more. Where it is begun is the reader's to find out.
 */
final class TopicsEnumerator implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {
    private static final Logger LOG = LoggerFactory.getLogger(TopicsEnumerator.class);

    private final SplitEnumeratorContext<KafkaPartitionSplit> context;
    private final String main;
    private final Discovery discovery;
    private final Duration interval;
    private final AutoCloseable resources;
    private final Map<TopicPartition, KafkaPartitionSplit> assigned = new HashMap<>();
    private final Map<TopicPartition, KafkaPartitionSplit> unassigned = new HashMap<>();
    private @Nullable ReadTopics told;

    /**
     * @param main the inferences topic
     * @param interval how often to look
     * @param resources closed with this
     * @param state what a checkpoint says; null at a first start
     */
    TopicsEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context,
            String main,
            Discovery discovery,
            Duration interval,
            AutoCloseable resources,
            @Nullable KafkaSourceEnumState state) {
        this.context = context;
        this.main = main;
        this.discovery = discovery;
        this.interval = interval;
        this.resources = resources;
        if (state != null) {
            state.assignedSplits().forEach(split -> assigned.put(split.getTopicPartition(), split));
            state.unassignedSplits().forEach(split -> unassigned.put(split.getTopicPartition(), split));
        }
    }

    @Override
    public void start() {
        context.callAsync(discovery::run, this::take, 0, interval.toMillis());
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String host) {
        // Partitions are handed out as they are found.
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
        if (event instanceof CannotRead failure) {
            discovery.note(failure);
        }
    }

    @Override
    public void addReader(int subtask) {
        if (told != null) {
            context.sendEventToSourceReader(subtask, told);
        }
        assign();
    }

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
        for (KafkaPartitionSplit split : splits) {
            assigned.remove(split.getTopicPartition());
            if (isWanted(split.getTopicPartition())) {
                unassigned.put(split.getTopicPartition(), split);
            }
        }
        assign();
    }

    @Override
    public KafkaSourceEnumState snapshotState(long checkpoint) {
        return new KafkaSourceEnumState(assigned.values(), unassigned.values(), true);
    }

    @Override
    public void close() throws IOException {
        try {
            resources.close();
        } catch (Exception failed) {
            throw new IOException("could not close the client that looks at topics", failed);
        }
    }

    private void take(Discovery.@Nullable Found found, @Nullable Throwable failure) {
        if (failure != null || found == null) {
            throw new FlinkRuntimeException("could not find out what to read", failure);
        }
        if (found.topics() != null) {
            tell(found.topics(), found.again());
        }
        Set<TopicPartition> fresh = new HashSet<>(found.partitions());
        fresh.removeAll(assigned.keySet());
        fresh.removeAll(unassigned.keySet());
        if (!fresh.isEmpty()) {
            LOG.info("Found partitions to read: {}", fresh);
            fresh.forEach(partition ->
                    unassigned.put(partition, new KafkaPartitionSplit(partition, KafkaPartitionSplit.EARLIEST_OFFSET)));
            assign();
        }
    }

    /** Readers drop what is not wanted when they hear it, so it is forgotten here in the same step. */
    private void tell(ReadTopics topics, boolean again) {
        ReadTopics settled = topics.settled();
        boolean changed = !settled.equals(told);
        told = settled;
        if (changed || again || topics.hasAnew()) {
            assigned.keySet().removeIf(partition -> !isWanted(partition));
            unassigned.keySet().removeIf(partition -> !isWanted(partition));
            for (int subtask : context.registeredReaders().keySet()) {
                context.sendEventToSourceReader(subtask, topics);
            }
        }
    }

    private boolean isWanted(TopicPartition partition) {
        return partition.topic().equals(main) || told == null || told.wants(partition.topic());
    }

    private void assign() {
        Set<Integer> readers = context.registeredReaders().keySet();
        Map<Integer, List<KafkaPartitionSplit>> assignment = new HashMap<>();
        for (KafkaPartitionSplit split : List.copyOf(unassigned.values())) {
            int owner = owner(split.getTopicPartition());
            if (readers.contains(owner)) {
                assignment.computeIfAbsent(owner, any -> new ArrayList<>()).add(split);
                assigned.put(split.getTopicPartition(), split);
                unassigned.remove(split.getTopicPartition());
            }
        }
        if (!assignment.isEmpty()) {
            context.assignSplits(new SplitsAssignment<>(assignment));
        }
    }

    /** Partitions of one topic in turn, beginning anywhere. */
    private int owner(TopicPartition partition) {
        return Math.floorMod(partition.topic().hashCode() + partition.partition(), context.currentParallelism());
    }
}
