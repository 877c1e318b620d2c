package dev.inferencestore.storage.retention;

/** Hears how runs get on, for metrics. Called on the thread of the run, after the transaction. */
public interface RunListener {
    /** Where a run is, and where it can die: what follows is done by whoever goes on. */
    enum Step {
        STARTED,
        COUNTED,
        CLAIMED,
        OBJECTS_DELETED,
        ROWS_DELETED,
        SCRUBBED,
        /** An erase has its tombstones: the point of no return. */
        TOMBSTONED,
        ERASED,
        COPIES_MARKED
    }

    /** What one slice removed. */
    record Removed(long records, long blobs, long bytes, long objects) {}

    default void passed(Step step, String modelId) {}

    default void removed(Removed removed) {}

    /** A segment that holds something that stays was overwritten. */
    default void scrubbed() {}

    /** A task came to its end. */
    default void ended(Task task) {}
}
