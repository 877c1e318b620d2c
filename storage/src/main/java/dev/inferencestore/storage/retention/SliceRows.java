package dev.inferencestore.storage.retention;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Takes the rows of a claimed slice and its numbers, in one transaction. The lock of the floors comes last, so that
 * writers wait for a moment only. Where the model has holds it goes row by row, elsewhere whole hours at once.
 */
final class SliceRows {
    private final Run run;
    private final Handle handle;

    SliceRows(Run run) {
        this.run = run;
        this.handle = run.handle();
    }

    /** Takes the rows and says how many; whoever calls has a transaction open. */
    RunListener.Removed take(Slice slice) {
        boolean blobs = slice.kind() == Slice.Kind.BLOBS;
        // While the segments are there that say which inputs are.
        HourSums inputs = blobs && slice.meetsHolds() ? freeInputs(slice) : new HourSums();
        int segments = handle.createUpdate(RemovalSql.DELETE_SEGMENTS)
                .bind("modelId", run.modelId())
                .bind("kind", slice.kind().segments())
                .execute();
        RunListener.Removed removed;
        if (slice.meetsHolds()) {
            removed = blobs ? takeInputs(slice, inputs) : takeFreeRecords(slice);
        } else {
            removed = blobs ? takeAllInputs(slice) : takeAllRecords(slice);
        }
        return new RunListener.Removed(removed.records(), removed.blobs(), removed.bytes(), segments);
    }

    private HourSums freeInputs(Slice slice) {
        HourSums sums = new HourSums();
        range(handle.createQuery(HeldSql.FREE_INPUTS), slice)
                .bind("holdsUpto", slice.holdsUpto())
                .map((row, context) -> {
                    sums.add(row);
                    return 0;
                })
                .list();
        return sums;
    }

    private RunListener.Removed takeInputs(Slice slice, HourSums sums) {
        run.lockFloors();
        letGoOfInputs(slice);
        sums.subtract(handle, run.modelId());
        Matched.Sums all = sums.total();
        return new RunListener.Removed(0, all.inputs(), all.bytes(), 0);
    }

    private RunListener.Removed takeFreeRecords(Slice slice) {
        HourSums sums = new HourSums();
        // Until nothing is left: rows that were moved to a partition of their own meanwhile are seen by another
        // statement.
        while (range(handle.createQuery(HeldSql.DELETE_FREE_RECORDS), slice)
                        .bind("holdsUpto", slice.holdsUpto())
                        .map((row, context) -> {
                            sums.add(row);
                            return 0;
                        })
                        .list()
                        .size()
                > 0) {}
        deleteConflicts(slice);
        run.lockFloors();
        sums.subtract(handle, run.modelId());
        Matched.Sums all = sums.total();
        return new RunListener.Removed(all.records(), all.inputs(), all.bytes(), 0);
    }

    /** Records stay as they are: that an input is gone is said by its segment, which is. */
    private RunListener.Removed takeAllInputs(Slice slice) {
        long cutFrom = Math.max(slice.from(), slice.lastWhole());
        Matched.Sums cut = slice.cutsAnHour()
                ? Matched.rows(handle, run.modelId(), cutFrom, slice.to(), false)
                : Matched.Sums.NONE;
        run.lockFloors();
        letGoOfInputs(slice);
        Matched.Sums whole = handle.createQuery(SliceSql.EMPTY_HOURS)
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

    private RunListener.Removed takeAllRecords(Slice slice) {
        long[] deleted = {0, 0};
        do {
            long[] more = range(handle.createQuery(SliceSql.DELETE_RECORDS), slice)
                    .bind("cutHour", slice.lastWhole())
                    .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                    .one();
            deleted[0] += more[0];
            deleted[1] += more[1];
            // Rows that were moved to a partition of their own meanwhile are seen by another statement only.
        } while (range(handle.createQuery(SliceSql.RECORDS_LEFT), slice)
                .mapTo(Boolean.class)
                .one());
        deleteConflicts(slice);
        run.lockFloors();
        handle.createUpdate(SliceSql.DELETE_HOURS)
                .bind("modelId", run.modelId())
                .bind("from", slice.from())
                .bind("lastWhole", slice.lastWhole())
                .execute();
        if (deleted[1] > 0) {
            cutHour(slice.lastWhole(), slice.to(), deleted[1], Matched.Sums.NONE);
        }
        return new RunListener.Removed(deleted[0], 0, 0, 0);
    }

    /**
     * Under the lock, unlike what is deleted: these rows stay, and a flush that brings one of them again waits for whoever
     * changes it, while it is waited for.
     */
    private void letGoOfInputs(Slice slice) {
        range(handle.createUpdate(SliceSql.LET_GO_OF_INPUTS_OF_ROWS), slice)
                .bind("holdsUpto", slice.holdsUpto())
                .execute();
        range(handle.createUpdate(SliceSql.LET_GO_OF_INPUTS_OF_CONFLICTS), slice)
                .bind("holdsUpto", slice.holdsUpto())
                .execute();
    }

    private void deleteConflicts(Slice slice) {
        range(handle.createUpdate(SliceSql.DELETE_CONFLICTS), slice)
                .bind("holdsUpto", slice.holdsUpto())
                .execute();
    }

    private void cutHour(long hour, long oldestFrom, long records, Matched.Sums inputs) {
        handle.createUpdate(SliceSql.CUT_HOUR)
                .bind("modelId", run.modelId())
                .bind("hour", hour)
                .bind("oldestFrom", oldestFrom)
                .bind("records", records)
                .bind("inputs", inputs.inputs())
                .bind("bytes", inputs.bytes())
                .execute();
    }

    private <S extends SqlStatement<S>> S range(S statement, Slice slice) {
        return statement
                .bind("modelId", run.modelId())
                .bind("from", slice.from())
                .bind("to", slice.to());
    }
}
