package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Hiding;
import dev.inferencestore.storage.floor.FloorRows;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What the tasks of a model hide, as its floors say it. */
final class ModelFloors {
    private ModelFloors() {}

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
        FloorRows.write(handle, modelId, shown);
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
