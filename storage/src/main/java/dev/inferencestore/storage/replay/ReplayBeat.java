package dev.inferencestore.storage.replay;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one subtask of a replay says of itself: at its start, every second or so, and when it has finished.
 *
 * @param role one of its kind's roles
 * @param startedAt when this attempt of the subtask began, milliseconds since 1970
 * @param finished whether all it was to do is done and durable
 * @param counts whole sums as checkpointed, by the names of {@link ReplaySummary}
 * @param positions where it stands in what it reads, by partition ({@code topic-0}) or file
 */
public record ReplayBeat(
        String replayId,
        String role,
        int subtask,
        int parallelism,
        long startedAt,
        boolean finished,
        Map<String, Long> counts,
        Map<String, Position> positions) {
    public ReplayBeat {
        counts = Map.copyOf(counts);
        positions = Map.copyOf(positions);
    }

    /**
     * Offsets of a partition, or bytes of a file.
     *
     * @param next what is read next
     * @param end where it ends; null where that is not known
     */
    public record Position(long from, long next, @Nullable Long end) {}
}
