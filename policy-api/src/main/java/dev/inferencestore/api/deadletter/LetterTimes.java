package dev.inferencestore.api.deadletter;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Between which offsets the letters of a time are; others are there too, so each is looked at. */
final class LetterTimes {
    /**
     * Writers stamp what they write, where the topic does not, and are not quite together: a record that was written after
     * another may say an earlier time, by less than this.
     */
    private static final Duration APART = Duration.ofMinutes(10);

    private LetterTimes() {}

    /**
     * Of each partition the offsets that have all letters of a time.
     *
     * @param start null for the first there is
     * @param end null for the last there is
     */
    static List<TopicReader.Range> ranges(
            TopicReader reader, List<TopicPartition> partitions, @Nullable Instant start, @Nullable Instant end) {
        List<TopicReader.Range> all = reader.ranges(partitions);
        List<Long> from = start == null ? null : reader.since(partitions, start);
        List<Long> to = end == null ? null : reader.since(partitions, end.plus(APART));
        List<TopicReader.Range> ranges = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            TopicReader.Range there = all.get(i);
            ranges.add(new TopicReader.Range(
                    from == null ? there.begin() : from.get(i),
                    to == null ? there.end() : Math.min(to.get(i), there.end())));
        }
        return ranges;
    }
}
