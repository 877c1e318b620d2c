package dev.inferencestore.api.deadletter;

import dev.inferencestore.api.http.TextRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the letters that a call is to replay, the oldest of each partition first, and stops when it has enough. A filter
 * means letters that were there at its first call: an event that fails again is a new letter, and would be replayed for ever.
 */
final class Gathering {
    private static final int MOST = 1_000;
    private static final int MOST_LOOKED_AT = 10_000;
    private static final long MOST_BYTES = 32L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /** Reading on is cheaper than looking up, for so many. */
    private static final int NEAR = 200;

    private static final String OF_IDS = "ids:";
    private static final Pattern FILTER_CURSOR = Pattern.compile("[0-9]{1,18}-[0-9]{1,18}(,[0-9]{1,18}-[0-9]{1,18})*");

    /** The forms of what {@link Gathered#next} is. */
    static final TextRule CURSOR = text -> isOfIds(text)
            ? LetterId.RULE.broken(text.substring(OF_IDS.length()))
            : FILTER_CURSOR.matcher(text).matches() ? Optional.empty() : Optional.of("must be the cursor of a replay");

    private final TopicReader reader;
    private final List<TopicPartition> partitions;
    private final VisibleLetters visible;
    private final long deadline = System.nanoTime() + LONGEST.toNanos();
    private final List<Letter> letters = new ArrayList<>();
    private final Set<LetterId> taken = new HashSet<>();
    private int lookedAt;
    private long bytes;
    private @Nullable Instant last;

    Gathering(TopicReader reader, List<TopicPartition> partitions, VisibleLetters visible) {
        this.reader = reader;
        this.partitions = partitions;
        this.visible = visible;
    }

    /** Whether a cursor goes on with named letters; else it does with those of a filter. */
    static boolean isOfIds(String cursor) {
        return cursor.startsWith(OF_IDS);
    }

    /** Those that meet a filter. */
    Gathered of(LetterFilter filter, String cursor) {
        List<long[]> ranges = cursor.isEmpty() ? first(filter) : parse(cursor);
        for (TopicPartition partition : partitions) {
            if (partition.partition() >= ranges.size()) {
                // Newer than the first call.
                break;
            }
            long[] range = ranges.get(partition.partition());
            long to = Math.min(range[1], reader.range(partition).end());
            if (range[0] < to && hasTime()) {
                long next = reader.read(partition, range[0], to, deadline, record -> take(record, filter));
                range[0] = next < to ? next : range[1];
            } else if (range[0] >= to) {
                range[0] = range[1];
            }
        }
        boolean more = ranges.stream().anyMatch(range -> range[0] < range[1]);
        return new Gathered(letters, List.of(), more ? text(ranges) : null, more ? last : null);
    }

    /** Those that are named. */
    Gathered of(List<LetterId> ids, String cursor) {
        NavigableSet<LetterId> left = new TreeSet<>(ids);
        if (!cursor.isEmpty()) {
            LetterId.of(cursor.substring(OF_IDS.length()))
                    .ifPresent(done -> left.headSet(done, true).clear());
        }
        List<LetterId> unknown = new ArrayList<>();
        LetterId done = null;
        while (!left.isEmpty() && (hasTime() || done == null)) {
            done = some(left, unknown);
        }
        return done == null || left.isEmpty()
                ? new Gathered(letters, unknown, null, null)
                : new Gathered(letters, unknown, OF_IDS + done.text(), last);
    }

    /** Takes the first of them, and those near it, off the list, found or not; says which was the last. */
    private LetterId some(NavigableSet<LetterId> left, List<LetterId> unknown) {
        LetterId first = left.first();
        TopicPartition partition =
                new TopicPartition(partitions.isEmpty() ? "" : partitions.get(0).topic(), first.partition());
        TopicReader.Range there =
                first.partition() < partitions.size() ? reader.range(partition) : new TopicReader.Range(0, 0);
        if (first.offset() < there.begin() || first.offset() >= there.end()) {
            unknown.add(left.pollFirst());
            return first;
        }
        LetterId last = lastNear(left, first, there.end());
        NavigableSet<LetterId> near = new TreeSet<>(left.headSet(last, true));
        long next = reader.read(partition, first.offset(), last.offset() + 1, deadline, record -> {
            LetterId id = new LetterId(record.partition(), record.offset());
            return !near.contains(id) || (take(record, LetterFilter.ALL) && !id.equals(last));
        });
        LetterId done = near.lower(new LetterId(first.partition(), next));
        for (LetterId id : near.headSet(new LetterId(first.partition(), next), false)) {
            left.remove(id);
            if (!taken.contains(id)) {
                unknown.add(id);
            }
        }
        return done == null ? first : done;
    }

    private static LetterId lastNear(NavigableSet<LetterId> ids, LetterId first, long end) {
        LetterId last = first;
        for (LetterId id : ids.tailSet(first, false)) {
            if (id.partition() != first.partition() || id.offset() - last.offset() > NEAR || id.offset() >= end) {
                return last;
            }
            last = id;
        }
        return last;
    }

    /** Takes a letter that is wanted, and says whether there is room for more. */
    private boolean take(ConsumerRecord<byte[], byte[]> record, LetterFilter filter) {
        lookedAt++;
        last = Instant.ofEpochMilli(record.timestamp());
        Letter.of(record)
                .filter(filter::matches)
                .filter(letter -> visible.shows(letter.modelId()))
                .ifPresent(letter -> {
                    letters.add(letter);
                    taken.add(letter.id());
                    // All of it, since what is cut may be read whole.
                    bytes += letter.size();
                });
        return hasTime();
    }

    private boolean hasTime() {
        return letters.size() < MOST
                && lookedAt < MOST_LOOKED_AT
                && bytes < MOST_BYTES
                && System.nanoTime() - deadline < 0;
    }

    private List<long[]> first(LetterFilter filter) {
        List<long[]> ranges = new ArrayList<>();
        LetterTimes.ranges(reader, partitions, filter.start(), filter.end())
                .forEach(range -> ranges.add(new long[] {range.begin(), range.end()}));
        return ranges;
    }

    private static List<long[]> parse(String cursor) {
        List<long[]> ranges = new ArrayList<>();
        for (String part : cursor.split(",", -1)) {
            int dash = part.indexOf('-');
            ranges.add(new long[] {Long.parseLong(part.substring(0, dash)), Long.parseLong(part.substring(dash + 1))});
        }
        return ranges;
    }

    private static String text(List<long[]> ranges) {
        StringBuilder text = new StringBuilder();
        ranges.forEach(range -> text.append(text.isEmpty() ? "" : ",")
                .append(range[0])
                .append('-')
                .append(range[1]));
        return text.toString();
    }
}
