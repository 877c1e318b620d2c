package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
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
    private final ObjectStore objects;

    SliceRemoval(Run run, TaskSteps tasks, ObjectStore objects) {
        this.run = run;
        this.handle = run.handle();
        this.tasks = tasks;
        this.objects = objects;
    }

    /** Removes all that is below a task's cutoffs; false when the task was ended on the way. */
    boolean remove(Task task) {
        Cutoffs cutoffs = task.cutoffs();
        return cutoffs == null
                || (remove(task, Slice.Kind.BLOBS, cutoffs) && remove(task, Slice.Kind.RECORDS, cutoffs));
    }

    /** Ends the slice that somebody claimed and did not end. */
    void finishClaimed() {
        handle.createQuery(RemovalSql.CLAIM)
                .bind("modelId", run.modelId())
                .map((row, context) -> new Slice(
                        Slice.Kind.of(row.getString("kind")),
                        row.getLong("from_time"),
                        row.getLong("to_time"),
                        row.getString("task_id")))
                .findOne()
                .ifPresent(this::finish);
    }

    private boolean remove(Task task, Slice.Kind kind, Cutoffs cutoffs) {
        while (true) {
            Floors floors = FloorRows.read(handle, run.modelId()).orElseThrow();
            long from = kind.of(floors.hard());
            if (from >= kind.of(cutoffs)) {
                return true;
            }
            long to = end(kind, from, kind.of(cutoffs));
            Optional<Slice> claimed = claim(task, kind, to);
            if (claimed.isEmpty()) {
                return false;
            }
            run.listener().passed(RunListener.Step.CLAIMED, run.modelId());
            finish(claimed.get());
        }
    }

    private void finish(Slice slice) {
        mark(slice);
        deleteObjects(slice);
        run.listener().passed(RunListener.Step.OBJECTS_DELETED, run.modelId());
        RunListener.Removed removed = handle.inTransaction(same -> deleteRows(slice));
        run.listener().removed(removed);
        run.listener().passed(RunListener.Step.ROWS_DELETED, run.modelId());
    }

    /** Claims up to a point; empty when the task was ended instead. */
    private Optional<Slice> claim(Task task, Slice.Kind kind, long to) {
        return run.underFloors(floors -> {
            if (tasks.goOn(task.taskId(), floors).isEmpty()) {
                return Optional.<Slice>empty();
            }
            Slice slice = new Slice(kind, kind.of(floors.hard()), to, task.taskId());
            FloorRows.write(handle, run.modelId(), slice.claim(floors));
            handle.createUpdate(RemovalSql.ADD_CLAIM)
                    .bind("modelId", run.modelId())
                    .bind("kind", kind.text())
                    .bind("from", slice.from())
                    .bind("to", to)
                    .bind("taskId", task.taskId())
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
            same.createUpdate(RemovalSql.CLAIM_SEGMENTS)
                    .bind("modelId", run.modelId())
                    .bind("kind", slice.kind().segments())
                    .bind("from", slice.from())
                    .bind("to", slice.to())
                    .execute();
            if (slice.cutsAnHour()) {
                same.createUpdate(RemovalSql.CLAIM_PARTS)
                        .bind("modelId", run.modelId())
                        .bind("kind", slice.kind().segments())
                        .bind("to", slice.to())
                        .bind("hourEnd", Matched.ceil(slice.to()))
                        .execute();
            }
            // Last, as where rows are deleted: segments, then the lease.
            run.leases().renew(same, run.lease());
        });
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

    /** The rows of a slice with their numbers; the lock comes last, so that writers wait for a moment only. */
    private RunListener.Removed deleteRows(Slice slice) {
        int segments = handle.createUpdate(RemovalSql.DELETE_SEGMENTS)
                .bind("modelId", run.modelId())
                .bind("kind", slice.kind().segments())
                .execute();
        RunListener.Removed removed = slice.kind() == Slice.Kind.BLOBS ? takeOutInputs(slice) : deleteRecords(slice);
        RunListener.Removed all =
                new RunListener.Removed(removed.records(), removed.blobs(), removed.bytes(), segments);
        tasks.add(slice.taskId(), all);
        handle.createUpdate(RemovalSql.DELETE_CLAIM)
                .bind("modelId", run.modelId())
                .execute();
        return all;
    }

    /** Records stay as they are: that an input is gone is said by the floor. */
    private RunListener.Removed takeOutInputs(Slice slice) {
        long cutFrom = Math.max(slice.from(), slice.lastWhole());
        Matched.Sums cut =
                slice.cutsAnHour() ? Matched.rows(handle, run.modelId(), cutFrom, slice.to()) : Matched.Sums.NONE;
        run.lockFloors();
        Matched.Sums whole = handle.createQuery(RemovalSql.EMPTY_HOURS)
                .bind("modelId", run.modelId())
                .bind("from", slice.from())
                .bind("lastWhole", slice.lastWhole())
                .map((row, context) -> new Matched.Sums(0, row.getLong(1), row.getLong(2)))
                .one();
        if (cut.inputs() > 0) {
            cutHour(slice.lastWhole(), slice.lastWhole(), 0, cut);
        }
        return new RunListener.Removed(0, whole.inputs() + cut.inputs(), whole.bytes() + cut.bytes(), 0);
    }

    private RunListener.Removed deleteRecords(Slice slice) {
        long[] deleted = {0, 0};
        do {
            long[] more = range(handle.createQuery(RemovalSql.DELETE_RECORDS), slice)
                    .bind("cutHour", slice.lastWhole())
                    .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                    .one();
            deleted[0] += more[0];
            deleted[1] += more[1];
            // Rows that were moved to a partition of their own meanwhile are seen by another statement only.
        } while (range(handle.createQuery(RemovalSql.RECORDS_LEFT), slice)
                .mapTo(Boolean.class)
                .one());
        handle.createUpdate(RemovalSql.DELETE_CONFLICTS)
                .bind("modelId", run.modelId())
                .bind("from", slice.from())
                .bind("to", slice.to())
                .execute();
        run.lockFloors();
        handle.createUpdate(RemovalSql.DELETE_HOURS)
                .bind("modelId", run.modelId())
                .bind("from", slice.from())
                .bind("lastWhole", slice.lastWhole())
                .execute();
        if (deleted[1] > 0) {
            cutHour(slice.lastWhole(), slice.to(), deleted[1], Matched.Sums.NONE);
        }
        return new RunListener.Removed(deleted[0], 0, 0, 0);
    }

    private void cutHour(long hour, long oldestFrom, long records, Matched.Sums inputs) {
        handle.createUpdate(RemovalSql.CUT_HOUR)
                .bind("modelId", run.modelId())
                .bind("hour", hour)
                .bind("oldestFrom", oldestFrom)
                .bind("records", records)
                .bind("inputs", inputs.inputs())
                .bind("bytes", inputs.bytes())
                .execute();
    }

    private Query range(Query query, Slice slice) {
        return query.bind("modelId", run.modelId()).bind("from", slice.from()).bind("to", slice.to());
    }

    /** Where the next slice ends: inputs at a full hour, records anywhere, and both at the cutoff at the latest. */
    private long end(Slice.Kind kind, long from, long cutoff) {
        boolean blobs = kind == Slice.Kind.BLOBS;
        Query query = handle.createQuery(blobs ? RemovalSql.BLOB_SLICE_END : RemovalSql.RECORD_SLICE_END)
                .bind("modelId", run.modelId())
                .bind("from", from)
                .bind("to", cutoff);
        Optional<Long> last = (blobs
                        ? query.bind("segments", run.settings().segmentsASlice())
                        : query.bind("rows", run.settings().rowsASlice()))
                .mapTo(Long.class)
                .findOne();
        if (last.isEmpty()) {
            return cutoff;
        }
        // At least one microsecond on, should more than a slice have the very same time.
        long end = blobs ? Matched.ceil(last.get() + 1) : Math.max(last.get(), from + 1);
        return Math.min(cutoff, end);
    }
}
