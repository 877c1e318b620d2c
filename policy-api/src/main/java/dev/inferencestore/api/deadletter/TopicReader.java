package dev.inferencestore.api.deadletter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** Reads ranges of offsets by one connection, for one call. Whatever Kafka does not answer is its own exception. */
final class TopicReader {
    /** How long something must be silent before Kafka counts as away. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Range NOTHING = new Range(0, 0);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Range> ranges = new HashMap<>();
    private final Map<String, List<TopicPartition>> topics = new HashMap<>();

    TopicReader(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Offsets of a partition, from the first on, before the end. */
    record Range(long begin, long end) {}

    /** The partitions of a topic in their order; none where Kafka has no such topic. */
    List<TopicPartition> partitions(String topic) {
        return topics.computeIfAbsent(topic, this::ask);
    }

    private List<TopicPartition> ask(String topic) {
        int count = consumer.partitionsFor(topic).size();
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(new TopicPartition(topic, i));
        }
        return partitions;
    }

    /** Of each what Kafka had when the call first asked, but for what it was found to have removed since. */
    List<Range> ranges(List<TopicPartition> partitions) {
        List<TopicPartition> unknown =
                partitions.stream().filter(each -> !ranges.containsKey(each)).toList();
        if (!unknown.isEmpty()) {
            Map<TopicPartition, Long> begin = consumer.beginningOffsets(unknown);
            Map<TopicPartition, Long> end = consumer.endOffsets(unknown);
            unknown.forEach(
                    each -> ranges.put(each, new Range(begin.getOrDefault(each, 0L), end.getOrDefault(each, 0L))));
        }
        return partitions.stream()
                .map(each -> ranges.getOrDefault(each, NOTHING))
                .toList();
    }

    Range range(TopicPartition partition) {
        return ranges(List.of(partition)).get(0);
    }

    /** Of each the first offset whose time is not before a moment; its end where there is none. */
    List<Long> since(List<TopicPartition> partitions, Instant moment) {
        Map<TopicPartition, Long> times = new HashMap<>();
        // Kafka has no times before 1970.
        partitions.forEach(each -> times.put(each, Math.max(0, moment.toEpochMilli())));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        List<Long> offsets = new ArrayList<>();
        for (TopicPartition each : partitions) {
            OffsetAndTimestamp first = found.get(each);
            offsets.add(first == null ? range(each).end() : first.offset());
        }
        return offsets;
    }

    /**
     * Reads records in their order.
     *
     * @param from the first offset; those that Kafka has removed are passed over
     * @param to the offset after the last, which Kafka must have reached
     * @param deadline by {@link System#nanoTime}; until something was read it may be passed by {@link #PATIENCE}
     * @param each takes a record and says whether to go on
     * @return the next offset to read: {@code to}, or an earlier one where it was told to stop or ran out of time
     * @throws KafkaAway where nothing comes
     */
    long read(
            TopicPartition partition,
            long from,
            long to,
            long deadline,
            Predicate<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long started = System.nanoTime();
        long next = from;
        while (next < to) {
            long now = System.nanoTime();
            if (next > from && now - deadline >= 0) {
                return next;
            }
            if (next == from && now - started > PATIENCE.toNanos()) {
                throw new KafkaAway("Kafka does not answer");
            }
            try {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() >= to) {
                        return to;
                    }
                    if (!each.test(record)) {
                        return record.offset() + 1;
                    }
                }
                next = consumer.position(partition);
            } catch (OffsetOutOfRangeException removed) {
                ranges.remove(partition);
                long begin = range(partition).begin();
                if (begin <= next) {
                    // It is the end that has moved back: the topic was made anew.
                    return to;
                }
                consumer.seek(partition, begin);
                next = begin;
            }
        }
        return to;
    }
}
