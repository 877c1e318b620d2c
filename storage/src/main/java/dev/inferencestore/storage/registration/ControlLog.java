package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What every change of a model or its policy writes in its own transaction: the next version, the audit entry, and the
 * model's whole control record in the outbox. Versions commit in their order, since drawing one is under one lock.
 */
public final class ControlLog {
    private ControlLog() {}

    /** Waits for every change before this one; what is read afterwards has all of them. Ends with the transaction. */
    public static void lock(Handle handle) {
        handle.createQuery(RegistrationSql.LOCK_VERSIONS).mapTo(Long.class).one();
    }

    /** Draws the next version, under the lock. */
    public static long draw(Handle handle) {
        return handle.createQuery(RegistrationSql.DRAW_VERSION)
                .mapTo(Long.class)
                .one();
    }

    /** Gives a model a version because something that belongs to its control record has changed. */
    public static void touch(Handle handle, String modelId, long version) {
        handle.createUpdate(RegistrationSql.TOUCH_MODEL)
                .bind("modelId", modelId)
                .bind("version", version)
                .execute();
    }

    /** Puts a model's control record, as it is now, into the outbox, and wakes the relay at commit. */
    public static void publish(Handle handle, String modelId) {
        ControlRecord record = handle.createQuery(RegistrationSql.CONTROL_RECORD_OF_MODEL)
                .bind("modelId", modelId)
                .map((row, context) -> ModelRows.controlRecord(row))
                .one();
        handle.createUpdate(RegistrationSql.ADD_TO_OUTBOX)
                .bind("version", record.version())
                .bind("modelId", modelId)
                .bind("record", ControlRecordCodec.encode(record))
                .execute();
        handle.execute(RegistrationSql.WAKE_RELAY);
    }

    /**
     * Writes down who did what to a model.
     *
     * @param before JSON of what there was; null where there was nothing
     * @param after JSON of what there is; null where there is nothing any more
     */
    public static void audit(
            Handle handle,
            String actor,
            String action,
            String modelId,
            @Nullable String before,
            @Nullable String after) {
        audit(handle, actor, action, null, modelId, before, after);
    }

    /**
     * Writes down who did what to a project.
     *
     * @param before JSON of what there was; null where there was nothing
     * @param after JSON of what there is; null where there is nothing any more
     */
    public static void auditProject(
            Handle handle,
            String actor,
            String action,
            String projectId,
            @Nullable String before,
            @Nullable String after) {
        audit(handle, actor, action, projectId, null, before, after);
    }

    private static void audit(
            Handle handle,
            String actor,
            String action,
            @Nullable String projectId,
            @Nullable String modelId,
            @Nullable String before,
            @Nullable String after) {
        handle.createUpdate(RegistrationSql.ADD_AUDIT_ENTRY)
                .bind("actor", actor)
                .bind("action", action)
                .bindByType("projectId", projectId, String.class)
                .bindByType("modelId", modelId, String.class)
                .bind("before", before)
                .bind("after", after)
                .execute();
    }
}
