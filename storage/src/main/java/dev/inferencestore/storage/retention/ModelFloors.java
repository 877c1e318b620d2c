package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Hiding;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The floors of one model, and their lock, which orders inserts, runs, policies and everything that removes. */
final class ModelFloors {
    private ModelFloors() {}

    /** Takes the lock until the transaction ends; empty where the model was never registered. Comes before every other lock. */
    static Optional<Floors> lock(Handle handle, String modelId) {
        handle.createQuery(RetentionSql.QUEUE)
                .bind("modelId", modelId)
                .mapToMap()
                .one();
        return handle.createQuery(RetentionSql.LOCK_FLOORS)
                .bind("modelId", modelId)
                .map((row, context) -> Rows.floors(row))
                .findOne();
    }

    static Optional<Floors> read(Handle handle, String modelId) {
        return handle.createQuery(RetentionSql.READ_FLOORS)
                .bind("modelId", modelId)
                .map((row, context) -> Rows.floors(row))
                .findOne();
    }

    /** Writes them, under the lock. */
    static void write(Handle handle, String modelId, Floors floors) {
        handle.createUpdate(RetentionSql.WRITE_FLOORS)
                .bind("modelId", modelId)
                .bind("recordVisible", floors.visible().records())
                .bind("recordHard", floors.hard().records())
                .bind("blobVisible", floors.visible().blobs())
                .bind("blobHard", floors.hard().blobs())
                .execute();
    }

    /** Shows again, under the lock, what a policy with these cutoffs keeps; {@link Cutoffs#NONE} keeps all. */
    static Floors showWhatIsKept(Handle handle, String modelId, Floors floors, Cutoffs policy) {
        handle.createUpdate(RetentionSql.HIDE_NO_MORE)
                .bind("modelId", modelId)
                .bind("records", policy.records())
                .bind("blobs", policy.blobs())
                .execute();
        return showWhatNothingHides(handle, modelId, floors);
    }

    /** Shows again, under the lock, what only tasks hid that hide nothing any more. */
    static Floors showWhatNothingHides(Handle handle, String modelId, Floors floors) {
        Floors shown = floors.show(List.of(hidden(handle, modelId, true)));
        write(handle, modelId, shown);
        return shown;
    }

    /**
     * As they would be if no run had failed: a run that comes after such ones has what they hid to do again. Without the
     * lock it is good for looking only.
     */
    static Floors withoutFailed(Handle handle, String modelId, Floors floors) {
        return floors.show(List.of(hidden(handle, modelId, false)));
    }

    /** What runs that failed hide is hidden by the one that goes on from there, and shown with it should it be cancelled. */
    static void takeOverFailed(Handle handle, String modelId, Cutoffs cutoffs) {
        handle.createUpdate(RetentionSql.TAKE_OVER_FAILED)
                .bind("modelId", modelId)
                .bind("records", cutoffs.records())
                .bind("blobs", cutoffs.blobs())
                .execute();
    }

    static void writeHides(Handle handle, String taskId, Cutoffs upTo) {
        handle.createUpdate(RetentionSql.WRITE_HIDES)
                .bind("taskId", taskId)
                .bind("records", upTo.records())
                .bind("blobs", upTo.blobs())
                .execute();
    }

    /** How far tasks hide, all together. */
    private static Cutoffs hidden(Handle handle, String modelId, boolean failedToo) {
        return handle.createQuery(RetentionSql.HIDDEN)
                .bind("modelId", modelId)
                .bind("failed", failedToo)
                .map((row, context) -> new Cutoffs(row.getLong("records"), row.getLong("blobs")))
                .one();
    }

    static Hiding hiding(Task task) {
        Cutoffs from = task.from();
        return new Hiding(task.taskId(), from == null ? Cutoffs.NONE : from, task.hides());
    }
}
