package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.outbox.RetentionOutbox;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The notice of what the first removal under a version of a policy is about to take, published before it takes it. */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

    private final Run run;
    private final Handle handle;
    private final TaskSteps tasks;

    Notices(Run run, TaskSteps tasks) {
        this.run = run;
        this.handle = run.handle();
        this.tasks = tasks;
    }

    /**
     * Announces the first removal of a policy's version, and says whether the notice is not out yet. Nobody is waited for
     * longer than the patience there is: what is past its age goes, whether or not anybody can be told.
     */
    boolean isAwaited(Task task) {
        if (task.policyVersion() == null) {
            return false;
        }
        // Asked each time: a task that waits obeys whoever cancels it or changes the policy.
        Optional<Long> eventId =
                run.underFloors(floors -> tasks.goOn(task.taskId(), floors).map(this::announce));
        return eventId.flatMap(id -> RetentionOutbox.waits(handle, id))
                .filter(seconds -> isPatient(task, seconds))
                .isPresent();
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
        Policy policy = RetentionPolicies.find(handle, run.modelId()).orElse(null);
        if (first && policy != null) {
            handle.createUpdate(RemovalSql.WRITE_NOTICE)
                    .bind("modelId", run.modelId())
                    .bind("eventId", RetentionEvents.notice(handle, policy, task))
                    .execute();
        }
        handle.createUpdate(RemovalSql.WAIT_FOR_NOTICE)
                .bind("taskId", task.taskId())
                .execute();
        return tasks.read(task.taskId()).noticeEvent();
    }

    private boolean isPatient(Task task, double seconds) {
        boolean patient = seconds < run.settings().noticePatience().toSeconds();
        if (!patient) {
            LOG.warn("task '{}' removes although its notice is not published yet", task.taskId());
        }
        return patient;
    }
}
