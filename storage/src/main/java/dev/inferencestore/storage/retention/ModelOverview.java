package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.registration.ModelState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps and removes the data of one model.
 *
 * @param policy null where it has none
 * @param holds in force, the first of them by id
 * @param allHolds how many are in force
 * @param erasures asked for, the newest first
 * @param allErasures how many were asked for, of those that are remembered
 * @param failed tasks of any kind that failed in the last day, the newest first
 */
public record ModelOverview(
        String modelId,
        @Nullable String name,
        ModelState state,
        @Nullable Policy policy,
        List<Hold> holds,
        long allHolds,
        List<Erasure> erasures,
        long allErasures,
        List<Failure> failed) {

    /**
     * A hold.
     *
     * @param start microseconds since 1970, as in {@link dev.inferencestore.domain.retention.Span}
     * @param inferences how many ids it names
     * @param keeps null where too many holds came before it to count what this one keeps
     */
    public record Hold(
            String holdId,
            String reason,
            HoldScope.Kind scope,
            long start,
            long end,
            long inferences,
            String placedBy,
            Instant placedAt,
            @Nullable Keeps keeps) {}

    /**
     * What a hold keeps now, alone or with others.
     *
     * @param atLeast counting stopped at a bound
     */
    public record Keeps(long records, long inputs, boolean atLeast) {}

    /**
     * An erase.
     *
     * @param wholeModel whether it is that of a model that was unregistered
     * @param finalAt when no copy was left; null before that
     */
    public record Erasure(
            String taskId,
            String requestedBy,
            Instant createdAt,
            TaskState state,
            boolean wholeModel,
            long records,
            long inputs,
            long bytes,
            long held,
            @Nullable Instant finalAt) {}

    /** A task that failed, and why. */
    public record Failure(
            String taskId, Trigger trigger, @Nullable String error, Instant finishedAt) {}
}
