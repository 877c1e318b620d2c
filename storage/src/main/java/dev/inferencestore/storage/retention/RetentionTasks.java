package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.RunRules;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The retention tasks of each model, as people see and steer them. Steering takes the lock of the model's floors, so it
 * comes before the next slice of a run or after it.
 */
public final class RetentionTasks {
    private final Jdbi jdbi;

    public RetentionTasks(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Makes a manual task that waits for the job.
     *
     * @param actor who asks
     * @throws NotFound when the model is not registered, has no policy, or there is no such policy or dry run
     * @throws Conflict when the policy is another model's, or the dry run does not fit
     */
    public Task create(String modelId, NewTask wanted, String actor) {
        return create(modelId, wanted, actor, null).task();
    }

    /**
     * Makes a manual task, or finds the one that the same request made.
     *
     * @param actor who asks
     * @param key null where the request does not say how it is known
     * @throws dev.inferencestore.storage.refusal.Invalid where the key was used for another request
     * @throws NotFound as above
     * @throws Conflict as above
     */
    public MadeTask create(String modelId, NewTask wanted, String actor, @Nullable RequestKey key) {
        return jdbi.inTransaction(
                handle -> Once.make(handle, modelId, key, taskId -> create(handle, modelId, wanted, actor, taskId)));
    }

    private static Task create(Handle handle, String modelId, NewTask wanted, String actor, String taskId) {
        RetentionPolicies.requireRegistered(handle, modelId);
        Policy policy = handle.createQuery(RetentionSql.SHARE_POLICY)
                .bind("modelId", modelId)
                .map((row, context) -> Rows.policy(row))
                .findOne()
                .orElseThrow(() -> NotFound.policy(modelId));
        checkPolicy(handle, policy, wanted.policyId());
        checkDryRun(handle, policy, wanted);
        handle.createUpdate(RetentionSql.ADD_TASK)
                .bind("taskId", taskId)
                .bind("modelId", modelId)
                .bind("policyId", policy.policy().policyId())
                .bind("policyVersion", policy.policy().version())
                .bind("trigger", Trigger.MANUAL.text())
                .bind("dryRun", wanted.dryRun())
                .bind("action", policy.policy().terms().action().text())
                .bind("requestedBy", actor)
                .bind("dryRunId", wanted.dryRunId())
                .bindByType("purgeOf", null, String.class)
                .execute();
        Task task = require(handle, RetentionSql.TASK, modelId, taskId);
        RetentionEvents.task(handle, "task.created", actor, null, task);
        return task;
    }

    /**
     * One task, also of a model that is unregistered.
     *
     * @throws NotFound when the model has no such task
     */
    public Task read(String modelId, String taskId) {
        return jdbi.withHandle(handle -> {
            RetentionPolicies.requireKnown(handle, modelId);
            return require(handle, RetentionSql.TASK, modelId, taskId);
        });
    }

    /**
     * Tasks of a model, the newest first, also of one that is unregistered.
     *
     * @throws NotFound when the model was never registered
     */
    public List<Task> list(String modelId, TaskQuery query) {
        return jdbi.withHandle(handle -> {
            RetentionPolicies.requireKnown(handle, modelId);
            return handle.createQuery(RetentionSql.LIST_TASKS)
                    .bind("modelId", modelId)
                    .bindByType(
                            "state",
                            query.state() == null ? null : query.state().text(),
                            String.class)
                    .bindByType(
                            "trigger",
                            query.trigger() == null ? null : query.trigger().text(),
                            String.class)
                    .bindByType("dryRun", query.dryRun(), Boolean.class)
                    .bindByType("start", query.start(), Instant.class)
                    .bindByType("end", query.end(), Instant.class)
                    .bindByType("afterTime", query.afterTime(), Instant.class)
                    .bindByType("afterId", query.afterId(), String.class)
                    .bind("limit", query.limit())
                    .map((row, context) -> Rows.task(row))
                    .list();
        });
    }

    /** What cancelling did: the task as it is, and how far the model's data is gone for good. */
    public record Cancelled(Task task, Cutoffs claimed) {}

    /**
     * Cancels a task: at once where it waits, before its next slice where it runs.
     *
     * @param actor who asks
     * @throws NotFound when the model has no such task
     * @throws Conflict when it has ended
     */
    public Cancelled cancel(String modelId, String taskId, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = FloorRows.lock(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
            Task task = require(handle, RetentionSql.LOCK_TASK, modelId, taskId);
            if (task.state().isFinal()) {
                throw new Conflict("the task is " + task.state().text() + ": there is nothing to cancel"
                        + (task.isCompleteSoft() ? "; POST …/restore brings back what it hid" : ""));
            }
            if (task.unregisters()) {
                throw new Conflict(
                        "the model is unregistered, which cannot be stopped: place a hold on what must stay");
            }
            if (task.state() == TaskState.PENDING) {
                end(handle, task, TaskState.CANCELLED, RunRules.CANCELLED, actor);
            } else if (!task.cancelRequested()) {
                handle.createUpdate(RetentionSql.ASK_TO_CANCEL)
                        .bind("taskId", taskId)
                        .execute();
                String image = RetentionJson.task(task).toString();
                ControlLog.audit(handle, actor, "retention-task.cancel-requested", modelId, image, image);
            }
            return new Cancelled(require(handle, RetentionSql.TASK, modelId, taskId), floors.hard());
        });
    }

    /**
     * Undoes a SOFT task and those after it: all that they hid is shown again, and automated runs pause until the policy
     * is next set.
     *
     * @param actor who asks
     * @return the tasks that were undone, as they are now, the oldest first
     * @throws NotFound when the model has no such task
     * @throws Conflict when it is no SOFT task that is complete, a task runs, some of it is gone for good, or the
     *     project has a limit
     */
    public List<Task> restore(String modelId, String taskId, String actor) {
        return jdbi.inTransaction(handle -> Restoring.restore(handle, modelId, taskId, actor));
    }

    /** Ends a task and says so. */
    static Task end(Handle handle, Task task, TaskState state, @Nullable String error, String actor) {
        handle.createUpdate(RetentionSql.END_TASK)
                .bind("taskId", task.taskId())
                .bind("state", state.text())
                .bind("error", error)
                .execute();
        Task after = require(handle, RetentionSql.TASK, task.modelId(), task.taskId());
        RetentionEvents.task(handle, "task." + state.text(), actor, task, after);
        return after;
    }

    /**
     * Cancels tasks that wait, under the lock of the floors.
     *
     * @param actor who did what makes them pointless
     */
    static void cancelWaiting(Handle handle, String modelId, String which, String why, String actor) {
        List<String> waiting = handle.createQuery(which)
                .bind("modelId", modelId)
                .mapTo(String.class)
                .list();
        for (String taskId : waiting) {
            Task task = require(handle, RetentionSql.TASK, modelId, taskId);
            end(handle, task, TaskState.CANCELLED, why, actor);
        }
    }

    static Task require(Handle handle, String sql, String modelId, String taskId) {
        return handle.createQuery(sql)
                .bind("modelId", modelId)
                .bind("taskId", taskId)
                .map((row, context) -> Rows.task(row))
                .findOne()
                .orElseThrow(() -> NotFound.task(modelId, taskId));
    }

    private static void checkPolicy(Handle handle, Policy policy, @Nullable String wanted) {
        if (wanted == null || wanted.equals(policy.policy().policyId())) {
            return;
        }
        Optional<Policy> other = handle.createQuery(RetentionSql.POLICY_BY_ID)
                .bind("policyId", UUID.fromString(wanted))
                .map((row, context) -> Rows.policy(row))
                .findOne();
        if (other.isEmpty()) {
            throw new NotFound(NotFound.What.POLICY, "there is no retention policy '" + wanted + "'");
        }
        throw new Conflict("retention policy '" + wanted + "' is not that of model '" + policy.modelId()
                + "', whose policy is '" + policy.policy().policyId() + "'");
    }

    private static void checkDryRun(Handle handle, Policy policy, NewTask wanted) {
        String dryRunId = wanted.dryRunId();
        if (dryRunId == null) {
            return;
        }
        Task dryRun = require(handle, RetentionSql.TASK, policy.modelId(), dryRunId);
        if (!dryRun.dryRun() || dryRun.policyVersion() == null || dryRun.state() != TaskState.COMPLETE) {
            throw new Conflict("task '" + dryRunId + "' is no dry run that is complete");
        }
        if (dryRun.policyVersion() != policy.policy().version()) {
            throw new Conflict("the policy was changed since dry run '" + dryRunId
                    + "': make another dry run, or leave dry_run_id out");
        }
    }
}
