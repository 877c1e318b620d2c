package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.segment.ObjectStore;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * All the retention work that one model has, on one connection and under its lease: first the slice that somebody
 * claimed and did not end, then its tasks, then entries to overwrite. Everything is read from the database, so a visit
 * that failed is simply made again. A task that waits for its notice to be published is left running; whoever looks next
 * goes on.
 */
public final class ModelVisit {
    private final Run run;
    private final TaskSteps tasks;
    private final SliceRemoval removal;
    private final EraseSteps erasing;
    private final Scrubber scrubber;

    public ModelVisit(
            Handle handle,
            Leases leases,
            Leases.Lease lease,
            ObjectStore objects,
            ClockWatch clock,
            RunSettings settings,
            RunListener listener) {
        run = new Run(handle, leases, lease, clock, settings, listener, new ArrayList<>());
        tasks = new TaskSteps(run);
        removal = new SliceRemoval(run, tasks, objects);
        erasing = new EraseSteps(run, tasks);
        scrubber = new Scrubber(run, objects);
    }

    /**
     * Does all of it.
     *
     * @throws Leases.Lost when another owner has taken over
     * @throws dev.inferencestore.storage.segment.ObjectStoreException when objects could not be removed
     */
    public void work() {
        removal.finishClaimed();
        erasing.finishClaimed();
        for (Optional<Task> next = tasks.next(); next.isPresent(); next = tasks.next()) {
            if (!work(next.get())) {
                return;
            }
        }
        try {
            erasing.finishCopies();
        } finally {
            scrubber.scrubAll(null);
        }
    }

    /** Ends the task that runs or would be next, which nothing helps any more. */
    public void giveUp(String why) {
        tasks.next().ifPresent(task -> tasks.fail(task.taskId(), why));
    }

    /** Whether there may be more to do at once. */
    private boolean work(Task next) {
        Optional<Task> started = next.state() == TaskState.PENDING ? tasks.start(next) : Optional.of(next);
        if (started.isEmpty()) {
            return true;
        }
        Task task = started.get();
        run.listener().passed(RunListener.Step.STARTED, run.modelId());
        SliceRemoval.Outcome outcome = task.erasesByFilter() ? erase(task) : remove(task);
        if (outcome == SliceRemoval.Outcome.DONE) {
            tasks.complete(task.taskId());
        }
        return outcome != SliceRemoval.Outcome.WAITS;
    }

    private SliceRemoval.Outcome remove(Task task) {
        if (!isCounted(task)) {
            tasks.found(task, found(task));
        }
        run.listener().passed(RunListener.Step.COUNTED, run.modelId());
        return removes(task) ? scrubAfter(task, removal.remove(task)) : SliceRemoval.Outcome.DONE;
    }

    private SliceRemoval.Outcome erase(Task task) {
        if (task.dryRun()) {
            erasing.count(task);
            run.listener().passed(RunListener.Step.COUNTED, run.modelId());
            return SliceRemoval.Outcome.DONE;
        }
        return scrubAfter(task, erasing.erase(task) ? SliceRemoval.Outcome.DONE : SliceRemoval.Outcome.ENDED);
    }

    private SliceRemoval.Outcome scrubAfter(Task task, SliceRemoval.Outcome outcome) {
        if (outcome == SliceRemoval.Outcome.DONE) {
            scrubber.scrubAll(task.taskId());
            run.listener().passed(RunListener.Step.SCRUBBED, run.modelId());
        }
        return outcome;
    }

    private Matched found(Task task) {
        return Matched.find(run.handle(), run.modelId(), task.action(), from(task), cutoffs(task));
    }

    private static boolean removes(Task task) {
        return task.action() == DeleteAction.HARD && !task.dryRun();
    }

    private static boolean isCounted(Task task) {
        Task.Figures figures = task.figures();
        return figures.recordsMatched() + figures.blobsMatched() + figures.recordsDeleted() + figures.blobsDeleted()
                > 0;
    }

    private static Cutoffs from(Task task) {
        return Objects.requireNonNull(task.from(), "started");
    }

    private static Cutoffs cutoffs(Task task) {
        return Objects.requireNonNull(task.cutoffs(), "started");
    }
}
