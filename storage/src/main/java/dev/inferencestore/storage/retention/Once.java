package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.refusal.Invalid;
import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Makes a task once, however often the request for it comes. */
final class Once {
    private Once() {}

    /**
     * Finds the task of a request, or makes it, in one transaction. Before anything else is looked at: a repeat is answered
     * even where the request would now be refused.
     *
     * @param key null where the request does not say how it is known
     * @param make makes the task of this id
     * @throws Invalid where the key was used for another request
     */
    static MadeTask make(Handle handle, String modelId, @Nullable RequestKey key, Function<String, Task> make) {
        if (key == null) {
            return new MadeTask(make.apply(UUID.randomUUID().toString()), false);
        }
        // Those who ask at the same time come one after the other; the lock goes with the transaction.
        handle.createQuery(RetentionSql.LOCK_TASK_ID)
                .bind("taskId", key.taskId())
                .mapTo(String.class)
                .one();
        byte[] made = handle.createQuery(RetentionSql.REQUEST_HASH)
                .bind("taskId", key.taskId())
                .map((row, context) -> row.getBytes("request_hash"))
                .findOne()
                .orElse(null);
        if (made == null) {
            Task task = make.apply(key.taskId());
            handle.createUpdate(RetentionSql.SET_REQUEST_HASH)
                    .bind("taskId", key.taskId())
                    .bind("requestHash", key.requestHash())
                    .execute();
            return new MadeTask(task, false);
        }
        if (!Arrays.equals(made, key.requestHash())) {
            throw new Invalid(
                    "Idempotency-Key",
                    "was used for another request, which made task '" + key.taskId()
                            + "': send that again, or this one with a key of its own");
        }
        return new MadeTask(RetentionTasks.require(handle, RetentionSql.TASK, modelId, key.taskId()), true);
    }
}
