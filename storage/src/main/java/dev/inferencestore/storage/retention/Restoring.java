package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.storage.project.LimitRules;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.registration.ControlLog;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Undoes a SOFT task and those after it, in one transaction under all locks of a change of the policy. */
final class Restoring {
    private Restoring() {}

    static List<Task> restore(Handle handle, String modelId, String taskId, String actor) {
        Floors floors = RetentionPolicies.lock(handle, modelId);
        Task task = RetentionTasks.require(handle, RetentionSql.LOCK_TASK, modelId, taskId);
        checkRestorable(task);
        List<Task> hiding = handle.createQuery(RetentionSql.SOFT_FROM)
                .bind("modelId", modelId)
                .bind("taskId", taskId)
                .map((row, context) -> Rows.task(row))
                .list();
        checkAllIsThere(hiding, floors);
        checkNoneRuns(handle, modelId);
        LimitRules.checkMayPause(handle, modelId);
        List<Task> restored =
                hiding.stream().map(each -> undo(handle, each, actor)).toList();
        handle.createUpdate(RetentionSql.SHOW_FAILED_SINCE)
                .bind("modelId", modelId)
                .bind("taskId", taskId)
                .execute();
        ModelFloors.showWhatNothingHides(handle, modelId, floors);
        // Before looking for what waits: a planner holds the policy's lock while it makes a task that would hide
        // all again.
        pause(handle, modelId, actor);
        RetentionTasks.cancelWaiting(
                handle, modelId, RetentionSql.PENDING_AFTER_RESTORE, "an earlier run was restored", actor);
        return restored;
    }

    private static void checkRestorable(Task task) {
        if (!task.isCompleteSoft()) {
            throw new Conflict(
                    task.undone()
                            ? "the task was restored already"
                            : "only a SOFT run that is complete can be restored; this is "
                                    + (task.dryRun() ? "a dry run" : "a " + task.action() + " run") + " that is "
                                    + task.state().text());
        }
        if (task.purged()) {
            throw new Conflict("its time to be restored was over at " + task.restorableUntil()
                    + ": what it hid was removed, or is kept and shown by the policy of now");
        }
    }

    /** Of the later ones too, which are undone with it: what they hid must come back whole as well. */
    private static void checkAllIsThere(List<Task> hiding, Floors floors) {
        if (hiding.stream().anyMatch(task -> ModelFloors.hiding(task).isLost(floors.hard()))) {
            throw new Conflict(
                    "some of what it and the runs after it hid is gone for good: " + RetentionJson.gone(floors.hard()));
        }
    }

    private static void checkNoneRuns(Handle handle, String modelId) {
        handle.createQuery(RetentionSql.RUNNING_TASK)
                .bind("modelId", modelId)
                .map((row, context) -> Rows.task(row))
                .findOne()
                .ifPresent(running -> {
                    throw new Conflict(
                            "task '" + running.taskId() + "' is running: wait until it has ended, or cancel it first");
                });
    }

    private static Task undo(Handle handle, Task task, String actor) {
        handle.createUpdate(RetentionSql.UNDO).bind("taskId", task.taskId()).execute();
        Task after = RetentionTasks.require(handle, RetentionSql.TASK, task.modelId(), task.taskId());
        RetentionEvents.task(handle, "task.restored", actor, task, after);
        return after;
    }

    private static void pause(Handle handle, String modelId, String actor) {
        RetentionPolicies.@Nullable Image before = RetentionPolicies.image(handle, modelId);
        if (before == null || before.policy().policy().schedule() == null) {
            return;
        }
        long version = ControlLog.draw(handle);
        RetentionPolicies.Image after = handle.createQuery(RetentionSql.PAUSE_POLICY)
                .bind("modelId", modelId)
                .bind("controlVersion", version)
                .bind("now", RetentionPolicies.now(handle))
                .map((row, context) -> RetentionPolicies.Image.of(row))
                .one();
        RetentionEvents.policy(handle, "policy.paused", actor, after.policy(), before.json(), after.json());
        ControlLog.touch(handle, modelId, version);
        ControlLog.publish(handle, modelId);
    }
}
