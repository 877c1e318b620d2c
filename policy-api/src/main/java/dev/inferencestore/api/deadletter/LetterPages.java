package dev.inferencestore.api.deadletter;

import dev.inferencestore.storage.deadletter.DeadEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Lists dead letters, the newest first, over all partitions by when they were written. A call looks at so many, or for so
 * long. What comes meanwhile is not on later pages, and what Kafka removes meanwhile is not on them any more.
 */
final class LetterPages {
    private static final int MOST_LOOKED_AT = 10_000;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final TopicReader reader;
    private final List<TopicPartition> partitions;

    LetterPages(TopicReader reader, List<TopicPartition> partitions) {
        this.reader = reader;
        this.partitions = partitions;
    }

    /**
     * A page.
     *
     * @param after what the page before said; null for the first
     */
    LetterPage page(LetterFilter filter, VisibleLetters visible, @Nullable List<Long> after, int limit) {
        List<Backward> sides = sides(filter, after);
        List<LetterSummary> items = new ArrayList<>();
        Set<DeadEvent> events = new HashSet<>();
        Instant last = null;
        long deadline = System.nanoTime() + LONGEST.toNanos();
        for (int i = 0; i < MOST_LOOKED_AT && items.size() < limit; i++) {
            Backward newest = newest(sides, deadline);
            if (newest == null) {
                break;
            }
            Backward.Seen seen = newest.take();
            last = seen.at();
            LetterSummary letter = seen.letter();
            // After a crash an event may have two letters: one of them is enough.
            if (letter != null
                    && visible.shows(letter.modelId())
                    && (letter.event() == null || events.add(letter.event()))) {
                items.add(letter);
            }
            if (System.nanoTime() - deadline >= 0) {
                break;
            }
        }
        return sides.stream().allMatch(Backward::isEnded)
                ? new LetterPage(items, null, null)
                : new LetterPage(items, sides.stream().map(Backward::next).toList(), last);
    }

    /** The side whose next one is the newest; null where there is none, or none is known in time. */
    private static @Nullable Backward newest(List<Backward> sides, long deadline) {
        for (Backward side : sides) {
            if (!side.fill(deadline)) {
                return null;
            }
        }
        Backward newest = null;
        Instant at = Instant.MIN;
        for (Backward side : sides) {
            Backward.Seen next = side.peek();
            if (next != null && next.at().isAfter(at)) {
                newest = side;
                at = next.at();
            }
        }
        return newest;
    }

    private List<Backward> sides(LetterFilter filter, @Nullable List<Long> after) {
        List<TopicReader.Range> ranges = LetterTimes.ranges(reader, partitions, filter.start(), filter.end());
        List<Backward> sides = new ArrayList<>();
        for (int i = 0; i < partitions.size(); i++) {
            long end = ranges.get(i).end();
            if (after != null) {
                // One that is newer than the first page has nothing but what came meanwhile.
                end = i < after.size() ? Math.min(end, after.get(i)) : 0;
            }
            sides.add(new Backward(reader, partitions.get(i), ranges.get(i).begin(), end, filter::matches));
        }
        return sides;
    }
}
