package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.RunRules;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The states of a task, each change in one transaction under the lock of the model's floors. */
final class TaskSteps {
    private static final Logger LOG = LoggerFactory.getLogger(TaskSteps.class);
    private static final String ACTOR = "job";

    private final Run run;
    private final Handle handle;

    TaskSteps(Run run) {
        this.run = run;
        this.handle = run.handle();
    }

    /** The task that is to be worked on: the one that runs, or the one that has waited longest. */
    Optional<Task> next() {
        return handle.createQuery(RemovalSql.NEXT_TASK)
                .bind("modelId", run.modelId())
                .mapTo(String.class)
                .findOne()
                .map(this::read);
    }

    Task read(String taskId) {
        return RetentionTasks.require(handle, RetentionSql.TASK, run.modelId(), taskId);
    }

    /** Starts a task: its cutoffs are set, and what is below them is hidden from this moment on. Empty when it ended instead. */
    Optional<Task> start(Task waiting) {
        return run.underFloors(floors -> goOn(waiting.taskId(), floors).map(task -> {
            Cutoffs cutoffs = cutoffs(task);
            boolean hides = !task.dryRun() && !task.erasesByFilter();
            Cutoffs from = task.erasesByFilter()
                    ? Cutoffs.NONE
                    : Matched.leftBy(ModelFloors.withoutFailed(handle, run.modelId(), floors), task.action());
            handle.createUpdate(RemovalSql.START_TASK)
                    .bind("taskId", task.taskId())
                    .bind("recordCutoff", cutoffs.records())
                    .bind("blobCutoff", cutoffs.blobs())
                    .bind("recordFrom", from.records())
                    .bind("blobFrom", from.blobs())
                    .bind("recordHides", hides ? cutoffs.records() : Cutoffs.KEEP)
                    .bind("blobHides", hides ? cutoffs.blobs() : Cutoffs.KEEP)
                    .execute();
            if (hides) {
                ModelFloors.takeOverFailed(handle, run.modelId(), cutoffs);
                FloorRows.write(handle, run.modelId(), floors.hide(cutoffs));
            }
            return read(task.taskId());
        }));
    }

    /** Writes down what a task found when it started. */
    void found(Task task, Matched matched) {
        boolean counts = task.dryRun() || task.action() == DeleteAction.SOFT;
        handle.useTransaction(same -> {
            // Counting may take long: another owner may have ended the task by now, with its numbers.
            run.leases().renew(same, run.lease());
            same.createUpdate(RemovalSql.WRITE_MATCHED)
                    .bind("taskId", task.taskId())
                    .bind("records", matched.records())
                    .bind("blobs", matched.blobs())
                    .bind("bytes", matched.bytes())
                    .bind("keepBytes", counts)
                    .bind("oldest", matched.oldest())
                    .bind("newest", matched.newest())
                    .bind("held", matched.held())
                    .execute();
        });
    }

    /** Adds what a slice removed to its task, and to the SOFT task that it purges. */
    void add(String taskId, RunListener.Removed removed) {
        Task task = read(taskId);
        handle.createUpdate(RemovalSql.ADD_REMOVED)
                .bind("taskId", taskId)
                .bind("records", removed.records())
                .bind("blobs", removed.blobs())
                .bind("bytes", removed.bytes())
                .bind("objects", removed.objects())
                .execute();
        if (task.purgeOf() != null) {
            handle.createUpdate(RemovalSql.ADD_TO_PURGED)
                    .bind("purgeOf", task.purgeOf())
                    .bind("records", removed.records())
                    .bind("blobs", removed.blobs())
                    .bind("objects", removed.objects())
                    .execute();
        }
    }

    /**
     * Whether a task may go on, asked within a transaction that holds the lock. When it may not it is ended here: as
     * cancelled, showing again what is not claimed, or as failed.
     */
    Optional<Task> goOn(String taskId, Floors floors) {
        Task task = RetentionTasks.require(handle, RetentionSql.LOCK_TASK, run.modelId(), taskId);
        if (task.state().isFinal()) {
            return Optional.empty();
        }
        Policy policy = policy();
        String stop = RunRules.stop(
                        task.cancelRequested(), task.policyVersion(), policy == null ? null : policy.policy())
                .orElse(null);
        if (stop == null && task.unregisters() && !Unregistering.isDeleting(handle, run.modelId())) {
            stop = Unregistering.ENDED;
        }
        if (stop != null) {
            cancel(task, floors, stop);
            return Optional.empty();
        }
        String doubt = task.policyVersion() != null && task.action() == DeleteAction.HARD && !task.dryRun()
                ? run.clock().doubt(RetentionPolicies.now(handle)).orElse(null)
                : null;
        if (doubt != null) {
            end(task, TaskState.FAILED, doubt);
            return Optional.empty();
        }
        return Optional.of(task);
    }

    /**
     * Announces the first removal of a policy's version, and says whether the notice is not out yet. Nobody is waited for
     * longer than the patience there is: what is past its age goes, whether or not anybody can be told.
     */
    boolean waitsForNotice(Task task) {
        if (task.policyVersion() == null) {
            return false;
        }
        // Asked each time: a task that waits obeys whoever cancels it or changes the policy.
        Optional<Long> eventId =
                run.underFloors(floors -> goOn(task.taskId(), floors).map(this::announce));
        return eventId.isPresent() && RetentionOutbox.waits(handle, eventId.get()) && isPatient(task);
    }

    /** The notice of the version that a task carries out; null where it removes nothing. */
    private @Nullable Long announce(Task task) {
        boolean removes = task.figures().recordsMatched() + task.figures().blobsMatched() > 0;
        if (task.noticeEvent() != null || !removes) {
            return task.noticeEvent();
        }
        boolean first = handle.createUpdate(RemovalSql.TAKE_NOTICE)
                        .bind("modelId", run.modelId())
                        .bind("version", task.policyVersion())
                        .execute()
                > 0;
        Policy policy = policy();
        if (first && policy != null) {
            handle.createUpdate(RemovalSql.WRITE_NOTICE)
                    .bind("modelId", run.modelId())
                    .bind("eventId", RetentionEvents.notice(handle, policy, task))
                    .execute();
        }
        handle.createUpdate(RemovalSql.WAIT_FOR_NOTICE)
                .bind("taskId", task.taskId())
                .execute();
        return read(task.taskId()).noticeEvent();
    }

    private boolean isPatient(Task task) {
        double seconds = handle.createQuery(RemovalSql.SECONDS_SINCE_START)
                .bind("taskId", task.taskId())
                .mapTo(Double.class)
                .one();
        boolean patient = seconds < run.settings().noticePatience().toSeconds();
        if (!patient) {
            LOG.warn("task '{}' removes although its notice is not published yet", task.taskId());
        }
        return patient;
    }

    /** Ends a task whose work is done. */
    void complete(String taskId) {
        run.underFloors(floors -> {
            Optional<Task> task = goOn(taskId, floors);
            task.ifPresent(done -> complete(done, floors));
            return task;
        });
    }

    /** Ends a task that cannot go on. What it hid stays hidden; the next run goes on where it stands. */
    void fail(String taskId, String why) {
        run.underFloors(floors -> {
            Task task = RetentionTasks.require(handle, RetentionSql.LOCK_TASK, run.modelId(), taskId);
            if (!task.state().isFinal()) {
                end(task, TaskState.FAILED, why);
            }
            return task;
        });
    }

    private void complete(Task task, Floors floors) {
        if (task.dryRun()) {
            end(task, TaskState.COMPLETE, null);
        } else if (task.action() == DeleteAction.SOFT) {
            handle.createUpdate(RemovalSql.COMPLETE_SOFT)
                    .bind("taskId", task.taskId())
                    .bind("graceSeconds", run.settings().grace().toSeconds())
                    .execute();
            end(task, TaskState.COMPLETE, null);
        } else if (task.purgeOf() != null && removesNothing(task)) {
            purged(task);
            ModelFloors.showWhatNothingHides(handle, run.modelId(), floors);
            end(task, TaskState.CANCELLED, "the policy keeps it now");
        } else {
            handle.createUpdate(RemovalSql.COMPLETE_REMOVAL)
                    .bind("taskId", task.taskId())
                    .execute();
            writeHeld(task);
            handle.createUpdate(RemovalSql.CLEAR_FAILED)
                    .bind("modelId", run.modelId())
                    .execute();
            purged(task);
            // A purge that took less than its SOFT task hid leaves nothing hidden that nobody would ever remove.
            ModelFloors.showWhatNothingHides(handle, run.modelId(), floors);
            if (task.unregisters()) {
                Unregistering.ended(handle, run.modelId(), task);
            }
            end(task, TaskState.COMPLETE, null);
        }
    }

    /** Holds may have been placed and lifted since it began. */
    private void writeHeld(Task task) {
        Cutoffs cutoffs = task.cutoffs();
        if (!task.erasesByFilter() && cutoffs != null) {
            handle.createUpdate(EraseSql.WRITE_HELD)
                    .bind("taskId", task.taskId())
                    .bind("held", Held.read(handle, run.modelId()).back(cutoffs))
                    .execute();
        }
    }

    private static boolean removesNothing(Task task) {
        return Cutoffs.NONE.equals(task.cutoffs());
    }

    private void purged(Task task) {
        if (task.purgeOf() != null) {
            handle.createUpdate(RemovalSql.MARK_PURGED)
                    .bind("purgeOf", task.purgeOf())
                    .execute();
        }
    }

    private void cancel(Task task, Floors floors, String why) {
        ModelFloors.writeHides(handle, task.taskId(), Cutoffs.NONE);
        ModelFloors.showWhatNothingHides(handle, run.modelId(), floors);
        if (task.purgeOf() != null && RunRules.POLICY_DELETED.equals(why)) {
            purged(task);
        }
        end(task, TaskState.CANCELLED, why);
    }

    private void end(Task task, TaskState state, @Nullable String why) {
        String actor = task.trigger() == Trigger.MANUAL ? task.requestedBy() : ACTOR;
        run.ended().add(RetentionTasks.end(handle, task, state, why, actor));
    }

    private Cutoffs cutoffs(Task task) {
        if (task.trigger() == Trigger.ERASE) {
            return EraseSql.end(handle, run.modelId());
        }
        if (task.policyVersion() == null) {
            return Cutoffs.NONE;
        }
        long now = run.clock().now(RetentionPolicies.now(handle));
        Policy policy = policy();
        if (task.dryRunId() != null) {
            Cutoffs asked = read(task.dryRunId()).cutoffs();
            // Never more than is past its age now: a clock may have been ahead when the dry run was made.
            return asked == null
                    ? Cutoffs.NONE
                    : asked.lower(
                            Cutoffs.at(policy == null ? null : policy.policy().terms(), now));
        }
        if (task.purgeOf() != null) {
            return RunRules.purge(read(task.purgeOf()).hides(), policy == null ? null : policy.policy(), now);
        }
        return Cutoffs.at(policy == null ? null : policy.policy().terms(), now);
    }

    private @Nullable Policy policy() {
        return handle.createQuery(RetentionSql.SHARE_POLICY)
                .bind("modelId", run.modelId())
                .map((row, context) -> Rows.policy(row))
                .findOne()
                .orElse(null);
    }
}
