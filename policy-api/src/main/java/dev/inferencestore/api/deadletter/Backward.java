package dev.inferencestore.api.deadletter;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a partition from its newest record to its oldest. Kafka reads forward only, so it goes back by steps and reads
 * each forward: the first of one offset, so that every call gets somewhere however large letters are, the next ones longer as
 * long as little is in them.
 */
final class Backward {
    private static final int LONGEST_STEP = 256;
    private static final long LITTLE = 1 << 20;

    private final TopicReader topic;
    private final TopicPartition partition;
    private final Predicate<Letter> wanted;
    private final Deque<Seen> ahead = new ArrayDeque<>();
    private long lowest;
    private long readDownTo;
    private long next;
    private int step = 1;

    /**
     * Begins.
     *
     * @param lowest the offset to end with
     * @param next the offset after the one to begin with
     * @param wanted those that are kept while they wait for their turn
     */
    Backward(TopicReader topic, TopicPartition partition, long lowest, long next, Predicate<Letter> wanted) {
        this.topic = topic;
        this.partition = partition;
        this.lowest = lowest;
        this.next = next;
        this.readDownTo = next;
        this.wanted = wanted;
    }

    /**
     * A record that was looked at.
     *
     * @param letter null where it is no letter that is wanted
     */
    record Seen(long offset, Instant at, @Nullable LetterSummary letter) {}

    /**
     * Reads until there is a next one, or an end.
     *
     * @return false where the time was over before
     */
    boolean fill(long deadline) {
        while (ahead.isEmpty() && readDownTo > lowest) {
            long from = Math.max(lowest, readDownTo - step);
            Deque<Seen> read = new ArrayDeque<>();
            long[] bytes = {0};
            long last = step == 1 ? Math.max(deadline, System.nanoTime() + TopicReader.PATIENCE.toNanos()) : deadline;
            long reached = topic.read(partition, from, readDownTo, last, record -> {
                read.addFirst(seen(record));
                bytes[0] += Math.max(0, record.serializedValueSize());
                return true;
            });
            if (reached < readDownTo) {
                return false;
            }
            ahead.addAll(read);
            readDownTo = from;
            step = bytes[0] > LITTLE ? Math.max(1, step / 4) : Math.min(LONGEST_STEP, step * 4);
            // Kafka may have removed the beginning meanwhile.
            lowest = Math.max(lowest, topic.range(partition).begin());
        }
        return true;
    }

    @Nullable
    Seen peek() {
        return ahead.peekFirst();
    }

    /** Takes the next one, which there is. */
    Seen take() {
        Seen taken = ahead.removeFirst();
        next = taken.offset();
        return taken;
    }

    /** The offset after the one that is next. */
    long next() {
        return ahead.isEmpty() ? Math.min(next, readDownTo) : next;
    }

    boolean isEnded() {
        return ahead.isEmpty() && readDownTo <= lowest;
    }

    private Seen seen(ConsumerRecord<byte[], byte[]> record) {
        LetterSummary kept =
                Letter.of(record).filter(wanted).map(LetterSummary::of).orElse(null);
        return new Seen(record.offset(), Instant.ofEpochMilli(record.timestamp()), kept);
    }
}
