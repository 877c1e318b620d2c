package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.refusal.Conflict;
import org.junit.jupiter.api.Test;

/** What restoring and cancelling say when they cannot be. */
class RefusedRestoreTest extends RetentionTests {

    @Test
    void onlyASoftRunThatIsCompleteCanBeRestored() throws Exception {
        register("kinds");
        policy("kinds", DeleteAction.HARD, at(0, 30));
        Task hard = store.run("kinds");
        Task dry = store.run("kinds", new NewTask(true, null, null));
        policy("kinds", DeleteAction.SOFT, at(0, 30));
        Task pending = store.tasks.create("kinds", new NewTask(false, null, null), "ann");

        refused("kinds", hard, "this is a HARD run that is complete");
        refused("kinds", dry, "this is a dry run that is complete");
        refused("kinds", pending, "this is a SOFT run that is pending");
    }

    @Test
    void whatWasRestoredIsNotRestoredTwice() throws Exception {
        register("twice");
        policy("twice", DeleteAction.SOFT, at(1, 30));
        Task task = store.run("twice");
        store.tasks.restore("twice", task.taskId(), "ann");

        refused("twice", task, "the task was restored already");
    }

    @Test
    void aRestoreWaitsForWhatRuns() throws Exception {
        register("busy");
        policy("busy", DeleteAction.SOFT, at(1, 30));
        Task first = store.run("busy");
        Task second = store.tasks.create("busy", new NewTask(false, null, null), "ann");
        AtStep listener = new AtStep(
                RunListener.Step.STARTED,
                1,
                () -> refused("busy", first, "task '" + second.taskId() + "' is running: wait until it has ended"));
        try (Owner owner = new Owner(store, "busy", listener)) {
            owner.work();
        }
        assertThat(listener.happened()).isTrue();
    }

    @Test
    void aRestoreSaysWhatIsLostOnceAHardRunWentThere() throws Exception {
        register("lost");
        policy("lost", DeleteAction.SOFT, at(1, 30));
        Task soft = store.run("lost");
        policy("lost", DeleteAction.HARD, at(1, 30));
        store.run("lost");

        refused("lost", soft, "gone for good: records before ");
        refused("lost", soft, ", inputs before ");
    }

    @Test
    void whatHasEndedCannotBeCancelled() throws Exception {
        register("ended");
        policy("ended", DeleteAction.SOFT, at(1, 30));
        Task soft = store.run("ended");

        assertThatThrownBy(() -> store.tasks.cancel("ended", soft.taskId(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("the task is complete: there is nothing to cancel")
                .hasMessageContaining("restore brings back what it hid");
    }

    @Test
    void whatWaitsIsCancelledAtOnce() throws Exception {
        register("waits");
        policy("waits", DeleteAction.HARD, at(1, 30));
        Task task = store.tasks.create("waits", new NewTask(false, null, null), "ann");

        RetentionTasks.Cancelled cancelled = store.tasks.cancel("waits", task.taskId(), "bob");
        store.work("waits");

        assertThat(cancelled.task().state()).isEqualTo(TaskState.CANCELLED);
        assertThat(cancelled.task().error()).isEqualTo("cancelled on request");
        assertThat(store.stored("waits")).isEqualTo(2);
    }

    private void refused(String model, Task task, String why) {
        assertThatThrownBy(() -> store.tasks.restore(model, task.taskId(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining(why);
    }

    private void register(String model) throws Exception {
        store.register(model);
        writer.store(model, Event.at("a", at(1, 0)), Event.at("b", at(2, 0)));
    }
}
