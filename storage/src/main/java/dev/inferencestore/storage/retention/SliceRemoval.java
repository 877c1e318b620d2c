package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.domain.retention.Spans;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.segment.ObjectStore;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Removes a range of a model's event time, slice by slice, the oldest first. A slice is claimed (the hard floor is raised
 * past it: the point of no return), its objects are deleted, then its rows with their numbers. The claim is a row of its
 * own, so whoever comes after a crash ends the slice, once.
 */
final class SliceRemoval {
    private static final int KEYS_A_CALL = 1000;

    private final Run run;
    private final Handle handle;
    private final TaskSteps tasks;
    private final SliceRows rows;
    private final Notices notices;
    private final ObjectStore objects;

    SliceRemoval(Run run, TaskSteps tasks, ObjectStore objects) {
        this.run = run;
        this.handle = run.handle();
        this.tasks = tasks;
        this.rows = new SliceRows(run);
        this.notices = new Notices(run, tasks);
        this.objects = objects;
    }

    /** What became of a removal. */
    enum Outcome {
        DONE,
        /** The task was ended on the way. */
        ENDED,
        /** What it is about to remove is announced first. */
        WAITS
    }

    /** Removes what is left of holds that were lifted, and all that is below a task's cutoffs. */
    Outcome remove(Task task) {
        Cutoffs cutoffs = task.cutoffs() == null ? Cutoffs.NONE : task.cutoffs();
        if (notices.isAwaited(task)) {
            return Outcome.WAITS;
        }
        return removeLeftBehind(task)
                        && remove(task, Slice.Kind.BLOBS, cutoffs)
                        && remove(task, Slice.Kind.RECORDS, cutoffs)
                ? Outcome.DONE
                : Outcome.ENDED;
    }

    /** Ends the slice that somebody claimed and did not end. */
    void finishClaimed() {
        handle.createQuery(RemovalSql.CLAIM)
                .bind("modelId", run.modelId())
                .map((row, context) -> new Slice(
                        Slice.Kind.of(row.getString("kind")),
                        row.getLong("from_time"),
                        row.getLong("to_time"),
                        row.getString("task_id"),
                        row.getLong("holds_upto")))
                .findOne()
                .ifPresent(this::finish);
    }

    private boolean remove(Task task, Slice.Kind kind, Cutoffs cutoffs) {
        return remove(task, kind, kind.of(floors().hard()), kind.of(cutoffs));
    }

    /** Below the hard floor there is only what holds keep, and what those kept that were lifted since. */
    private boolean removeLeftBehind(Task task) {
        long upto = LeftBehind.upto(handle, run.modelId());
        Spans spans = LeftBehind.spans(handle, run.modelId());
        if (upto == 0) {
            return true;
        }
        for (Slice.Kind kind : Slice.Kind.values()) {
            long hard = kind.of(floors().hard());
            for (Span span : spans.all()) {
                if (!remove(task, kind, span.from(), Math.min(span.to(), hard))) {
                    return false;
                }
            }
        }
        return run.underFloors(floors -> {
            LeftBehind.forget(handle, run.modelId(), upto);
            return true;
        });
    }

    private boolean remove(Task task, Slice.Kind kind, long from, long upTo) {
        for (long start = from; start < upTo; ) {
            long to = end(kind, start, upTo);
            Optional<Slice> claimed = claim(task, kind, start, to);
            if (claimed.isEmpty()) {
                return false;
            }
            run.listener().passed(RunListener.Step.CLAIMED, run.modelId());
            finish(claimed.get());
            start = to;
        }
        return true;
    }

    private Floors floors() {
        return FloorRows.read(handle, run.modelId()).orElseThrow();
    }

    private void finish(Slice slice) {
        mark(slice);
        deleteObjects(slice);
        run.listener().passed(RunListener.Step.OBJECTS_DELETED, run.modelId());
        RunListener.Removed removed = handle.inTransaction(same -> takeRows(slice));
        run.listener().removed(removed);
        run.listener().passed(RunListener.Step.ROWS_DELETED, run.modelId());
    }

    /** Claims a slice by the holds there are now; empty when the task was ended instead. */
    private Optional<Slice> claim(Task task, Slice.Kind kind, long from, long to) {
        return run.underFloors(floors -> {
            if (tasks.goOn(task.taskId(), floors).isEmpty()) {
                return Optional.<Slice>empty();
            }
            long holdsUpto = holdsUpto();
            Slice slice = new Slice(kind, from, to, task.taskId(), holdsUpto);
            FloorRows.write(handle, run.modelId(), slice.claim(floors));
            handle.createUpdate(RemovalSql.ADD_CLAIM)
                    .bind("modelId", run.modelId())
                    .bind("kind", kind.text())
                    .bind("from", from)
                    .bind("to", to)
                    .bind("taskId", task.taskId())
                    .bind("holdsUpto", holdsUpto)
                    .execute();
            return Optional.of(slice);
        });
    }

    /**
     * Marks the segments of a slice. Behind the claim and without the lock, for which every writer would wait: an hour of
     * a busy model has tens of thousands, and no segment comes below a hard floor that does not go on above it.
     */
    private void mark(Slice slice) {
        handle.useTransaction(same -> {
            same.createUpdate(slice.meetsHolds() ? claimButHeld(slice) : SliceSql.CLAIM_SEGMENTS)
                    .bind("modelId", run.modelId())
                    .bind("kind", slice.kind().segments())
                    .bind("from", slice.from())
                    .bind("to", slice.to())
                    .bind("holdsUpto", slice.holdsUpto())
                    .execute();
            if (slice.cutsAnHour()) {
                same.createUpdate(SliceSql.CLAIM_PARTS)
                        .bind("modelId", run.modelId())
                        .bind("kind", slice.kind().segments())
                        .bind("to", slice.to())
                        .bind("hourEnd", Matched.ceil(slice.to()))
                        .bind("holdsUpto", slice.holdsUpto())
                        .execute();
            }
            // Last, as where rows are deleted: segments, then the lease.
            run.leases().renew(same, run.lease());
        });
    }

    private static String claimButHeld(Slice slice) {
        return slice.kind() == Slice.Kind.BLOBS ? SliceSql.CLAIM_INPUTS_BUT_HELD : SliceSql.CLAIM_OUTPUTS_BUT_HELD;
    }

    private void deleteObjects(Slice slice) {
        List<String> keys = handle.createQuery(RemovalSql.CLAIMED_OBJECTS)
                .bind("modelId", run.modelId())
                .bind("kind", slice.kind().segments())
                .mapTo(String.class)
                .list();
        for (int from = 0; from < keys.size(); from += KEYS_A_CALL) {
            run.renew();
            objects.delete(keys.subList(from, Math.min(keys.size(), from + KEYS_A_CALL)));
        }
    }

    private RunListener.Removed takeRows(Slice slice) {
        RunListener.Removed removed = rows.take(slice);
        tasks.add(slice.taskId(), removed);
        handle.createUpdate(RemovalSql.DELETE_CLAIM)
                .bind("modelId", run.modelId())
                .execute();
        return removed;
    }

    /** Where the next slice ends: inputs at a full hour where they can, records anywhere, and both at the cutoff at the latest. */
    private long end(Slice.Kind kind, long from, long cutoff) {
        long end = cutoff;
        if (kind == Slice.Kind.BLOBS) {
            end = range(RemovalSql.BLOB_SLICE_END, from, cutoff)
                    .bind("segments", run.settings().segmentsASlice())
                    .mapTo(Long.class)
                    .findOne()
                    .map(last -> Math.min(cutoff, Matched.ceil(last + 1)))
                    .orElse(cutoff);
        }
        // Whole hours of inputs are taken by their sums; where there are holds, row by row as records are.
        if (kind == Slice.Kind.RECORDS || holdsUpto() > 0) {
            long bound = end;
            // At least one microsecond on, should more than a slice have the very same time.
            end = range(RemovalSql.RECORD_SLICE_END, from, bound)
                    .bind("rows", run.settings().rowsASlice())
                    .mapTo(Long.class)
                    .findOne()
                    .map(last -> Math.min(bound, Math.max(last, from + 1)))
                    .orElse(bound);
        }
        return end;
    }

    private Query range(String sql, long from, long to) {
        return handle.createQuery(sql)
                .bind("modelId", run.modelId())
                .bind("from", from)
                .bind("to", to);
    }

    private long holdsUpto() {
        return handle.createQuery(HeldSql.LATEST)
                .bind("modelId", run.modelId())
                .mapTo(Long.class)
                .one();
    }
}
