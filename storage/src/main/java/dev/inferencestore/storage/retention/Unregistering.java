package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.replay.StorageSwitch;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.replay.StorageTimes;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Takes a model out of the store. From the call on its generation is the next one, so that nothing that is under way is
 * stored; what is stored is erased by a task, but for what is held. Until that has ended the id cannot be registered again.
 * Connections must have {@code inference_store} as their schema.
 */
public final class Unregistering {
    static final String UNREGISTERED = "the model was unregistered";
    static final String ENDED = "another task has erased what the model had stored";

    private final Jdbi jdbi;

    public Unregistering(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Unregisters a model.
     *
     * @param erase whether to erase what is stored
     * @param precondition about the version of the model
     * @param actor who asks
     * @return the task that erases what is stored; empty where nothing is, and all is done
     * @throws NotFound when the model is not registered
     * @throws Conflict when something is stored and it is not to be erased
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Optional<Task> unregister(String modelId, boolean erase, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = FloorRows.lock(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
            ControlLog.lock(handle);
            Standing before = standing(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
            if (before.deleting()) {
                return Optional.of(again(handle, modelId, actor));
            }
            if (before.deleted()) {
                throw NotFound.model(modelId);
            }
            precondition.check("model '" + modelId + "'", before.version());
            boolean stored = is(handle, UnregisterSql.IS_STORED, modelId);
            if (stored && !erase) {
                throw new Conflict(stored(handle, modelId)
                        + " of the model are stored: DELETE it with ?erase=true to erase them, or expire them first");
            }
            long version = ControlLog.draw(handle);
            // Before the policy goes, which would cancel those of its own as if only that were the reason.
            RetentionTasks.cancelWaiting(handle, modelId, UnregisterSql.PENDING_TASKS, UNREGISTERED, actor);
            RetentionPolicies.@Nullable Image policy = RetentionPolicies.image(handle, modelId);
            if (policy != null) {
                PolicyWrites.delete(handle, modelId, floors, policy, version, actor);
            }
            String after = handle.createQuery(UnregisterSql.UNREGISTER)
                    .bind("modelId", modelId)
                    .bind("deleting", stored)
                    .bind("version", version)
                    .mapTo(String.class)
                    .one();
            handle.createUpdate(UnregisterSql.END_SOFT_TASKS)
                    .bind("modelId", modelId)
                    .execute();
            handle.createUpdate(UnregisterSql.NEXT_GENERATION)
                    .bind("modelId", modelId)
                    .execute();
            if (!stored) {
                FloorRows.write(handle, modelId, floors.claim(EraseSql.end(handle, modelId)));
            }
            ControlLog.audit(handle, actor, "model.unregister", modelId, before.json(), after);
            StorageTimes.write(handle, modelId, StorageSwitch.Change.UNREGISTERED, actor);
            ControlLog.publish(handle, modelId);
            return stored ? Optional.of(Erasures.add(handle, modelId, null, false, null, actor)) : Optional.empty();
        });
    }

    /**
     * Whether what a model stored is still to be erased. Where it is not, the id may be registered again and store anew,
     * which a second task for the first time must not touch.
     */
    static boolean isDeleting(Handle handle, String modelId) {
        return is(handle, UnregisterSql.IS_DELETING, modelId);
    }

    /** What was stored is gone but for what is held: from now on the id can be registered again. */
    static void ended(Handle handle, String modelId, Task task) {
        handle.createUpdate(UnregisterSql.END).bind("modelId", modelId).execute();
        ControlLog.audit(
                handle,
                task.requestedBy(),
                "model.erased",
                modelId,
                null,
                RetentionJson.task(task).toString());
    }

    /** A model as its row has it, with the whole row as JSON. */
    private record Standing(boolean deleted, boolean deleting, long version, String json) {}

    private static Optional<Standing> standing(Handle handle, String modelId) {
        return handle.createQuery(UnregisterSql.STANDING)
                .bind("modelId", modelId)
                .map((row, context) -> new Standing(
                        row.getBoolean("deleted"),
                        row.getBoolean("deleting"),
                        row.getLong("control_version"),
                        row.getString("image")))
                .findOne();
    }

    /** The task there is, or another one where it failed. */
    private static Task again(Handle handle, String modelId, String actor) {
        return handle.createQuery(UnregisterSql.OPEN_TASK)
                .bind("modelId", modelId)
                .mapTo(String.class)
                .findOne()
                .map(taskId -> RetentionTasks.require(handle, RetentionSql.TASK, modelId, taskId))
                .orElseGet(() -> Erasures.add(handle, modelId, null, false, null, actor));
    }

    private static String stored(Handle handle, String modelId) {
        return handle.createQuery(UnregisterSql.STORED)
                .bind("modelId", modelId)
                .map((row, context) -> row.getLong("records") + " records and " + row.getLong("inputs") + " inputs")
                .one();
    }

    private static boolean is(Handle handle, String sql, String modelId) {
        return handle.createQuery(sql)
                .bind("modelId", modelId)
                .mapTo(Boolean.class)
                .one();
    }
}
