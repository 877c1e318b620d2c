package dev.inferencestore.storage.floor;

/** Every statement over {@code floors} but those of the flush and of registration. Event times are microseconds. */
final class FloorSql {
    /** A place in the queue before the floors, behind the writers that came first and before those that come later. */
    static final String QUEUE = """
            SELECT pg_advisory_xact_lock(1768846963, abs(hashtext(:modelId) % 128))
            """;

    static final String READ = """
            SELECT micros(record_visible) AS record_visible, micros(record_hard) AS record_hard,
                   micros(blob_visible) AS blob_visible, micros(blob_hard) AS blob_hard
            FROM floors WHERE model_id = :modelId
            """;

    static final String LOCK = READ + "FOR UPDATE";

    static final String WRITE = """
            UPDATE floors SET record_visible = at_micros(:recordVisible), record_hard = at_micros(:recordHard),
                              blob_visible = at_micros(:blobVisible), blob_hard = at_micros(:blobHard)
            WHERE model_id = :modelId
            """;

    private FloorSql() {}
}
