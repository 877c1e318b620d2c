package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A retention task.
 *
 * @param policyId of the policy that it carries out; null for an erase, and for what lifted holds kept
 * @param policyVersion of the policy that it was made with; null where it has none
 * @param error why it failed or was cancelled
 * @param dryRunId the dry run whose cutoffs it takes
 * @param purgeOf the SOFT task that it follows
 * @param cutoffs what it was asked to remove; null before it starts
 * @param from the floors below which nothing was left for it; null before it starts
 * @param hides up to where it still hides what is stored
 * @param undone a SOFT task that was restored
 * @param restorableUntil of a SOFT task: when its purge is due
 * @param purged of a SOFT task: nothing of it can come back
 * @param held records that holds kept back, whole or with their inputs
 * @param erasing what an erase is about; null for everything else
 * @param noticeEvent what must be published before it removes anything; null where nothing must
 */
public record Task(
        String taskId,
        String modelId,
        @Nullable String policyId,
        @Nullable Long policyVersion,
        Trigger trigger,
        boolean dryRun,
        DeleteAction action,
        TaskState state,
        @Nullable String error,
        boolean cancelRequested,
        String requestedBy,
        @Nullable String dryRunId,
        @Nullable String purgeOf,
        @Nullable Cutoffs cutoffs,
        @Nullable Cutoffs from,
        Cutoffs hides,
        boolean undone,
        boolean purged,
        @Nullable Instant restorableUntil,
        Figures figures,
        long held,
        @Nullable Erase erasing,
        @Nullable Long noticeEvent,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {

    /**
     * What a task found and removed.
     *
     * @param bytes of inputs: matched by a dry or a SOFT run, removed by a HARD one
     * @param objects that were deleted
     * @param objectsRewritten that hold something that stays
     * @param bytesOverwritten in those
     * @param oldest event time of what was found
     */
    public record Figures(
            long recordsMatched,
            long recordsDeleted,
            long blobsMatched,
            long blobsDeleted,
            long bytes,
            long objects,
            long objectsRewritten,
            long bytesOverwritten,
            @Nullable Instant oldest,
            @Nullable Instant newest) {}

    /**
     * What an erase is about.
     *
     * @param filter as JSON; null where the whole model is unregistered
     * @param finalAt when no copy was left that a crash had made; null before that
     */
    public record Erase(@Nullable String filter, @Nullable Instant finalAt) {}

    /** Whether it erases what a filter says. */
    public boolean erasesByFilter() {
        return erasing != null && erasing.filter() != null;
    }

    /** Whether it erases all that a model has that is unregistered. */
    public boolean unregisters() {
        return erasing != null && erasing.filter() == null;
    }

    /** Whether it hides what is stored, and can be undone. */
    public boolean isCompleteSoft() {
        return action == DeleteAction.SOFT && state == TaskState.COMPLETE && !dryRun && !undone;
    }
}
