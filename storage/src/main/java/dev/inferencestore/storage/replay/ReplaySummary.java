package dev.inferencestore.storage.replay;

import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a replay has done so far: sums over its subtasks. Of events, read = accepted + left out + dead-lettered; of rows,
 * stored + already there + refused + conflicting are what the accepted ones held.
 *
 * @param counts by name; where there is a reason it follows after a dot, as {@code turned_away.unregistered}
 * @param done how much is read of what there is to read, as {@link Position} counts it
 * @param total how much there is to read; null where that is not known
 * @param heardAt when a subtask last said something; null before the first
 */
public record ReplaySummary(
        Map<String, Long> counts,
        long done,
        @Nullable Long total,
        @Nullable Instant heardAt) {
    /** Events, or files' lines, that were read. */
    public static final String READ = "read";

    public static final String ACCEPTED = "accepted";
    /** With the reason. */
    public static final String TURNED_AWAY = "turned_away";
    /** With the reason. */
    public static final String DEAD_LETTERED = "dead_lettered";
    /** Rows that were not there before. */
    public static final String INSERTED = "inserted";

    public static final String ALREADY_THERE = "already_there";
    /** With the reason. */
    public static final String REFUSED = "refused";

    public static final String CONFLICTING = "conflicting";
    /** Rows inserted, and counted there, whose input is past its age. */
    public static final String WITHOUT_INPUT = "without_input";
    /** Events that Kafka has acknowledged. */
    public static final String SENT = "sent";
    /** Events sent without the input, which is gone. */
    public static final String INPUT_EXPIRED = "input_expired";
    /** Stored inferences that were not sent, with the reason. */
    public static final String SKIPPED = "skipped";

    public ReplaySummary {
        counts = Map.copyOf(counts);
    }

    /** A subtask as it was last heard of. */
    public record Subtask(ReplayBeat beat, Instant heardAt) {}

    static ReplaySummary of(List<Subtask> subtasks) {
        Map<String, Integer> parallelism = newestParallelism(subtasks);
        Map<String, Long> counts = new TreeMap<>();
        Map<String, Position> positions = new HashMap<>();
        Instant heardAt = null;
        for (Subtask subtask : subtasks) {
            heardAt = heardAt == null || heardAt.isBefore(subtask.heardAt()) ? subtask.heardAt() : heardAt;
            ReplayBeat beat = subtask.beat();
            // One of a former, higher parallelism: its sums went to those there are now.
            if (beat.subtask() < parallelism.getOrDefault(beat.role(), 0)) {
                beat.counts().forEach((name, count) -> counts.merge(name, count, Long::sum));
                beat.positions().forEach((name, at) -> positions.merge(name, at, ReplaySummary::further));
            }
        }
        long done = 0;
        Long total = positions.isEmpty() ? null : 0L;
        for (Position position : positions.values()) {
            done += position.next() - position.from();
            Long end = position.end();
            total = total == null || end == null ? null : (Long) (total + end - position.from());
        }
        return new ReplaySummary(counts, done, total, heardAt);
    }

    /** The sum of a count over its reasons. */
    public long sum(String name) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().equals(name) || count.getKey().startsWith(name + "."))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** A count by its reasons. */
    public Map<String, Long> byReason(String name) {
        Map<String, Long> reasons = new TreeMap<>();
        counts.forEach((key, count) -> {
            if (key.startsWith(name + ".")) {
                reasons.put(key.substring(name.length() + 1), count);
            }
        });
        return reasons;
    }

    private static Map<String, Integer> newestParallelism(List<Subtask> subtasks) {
        Map<String, Integer> parallelism = new HashMap<>();
        subtasks.stream()
                .map(Subtask::beat)
                .sorted(Comparator.comparingLong(ReplayBeat::startedAt))
                .forEach(beat -> parallelism.put(beat.role(), beat.parallelism()));
        return parallelism;
    }

    /** A partition that went to another subtask is named by both for a while. */
    private static Position further(Position one, Position other) {
        return one.next() >= other.next() ? one : other;
    }
}
