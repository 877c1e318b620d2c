package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.refusal.Conflict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** SOFT runs: hidden at once, brought back by a restore, gone after a purge. */
class SoftRunTest extends RetentionTests {

    @Test
    void whatIsHiddenComesBackWithWhatCameLate() throws Exception {
        hours("late", 1, 2, 3);
        policy("late", DeleteAction.SOFT, at(2, 30));
        Task task = store.run("late");
        writer.store("late", Event.at("late", at(1, 30)));
        assertThat(store.visible("late")).isEqualTo(1);
        assertThat(store.stored("late")).isEqualTo(4);

        store.tasks.restore("late", task.taskId(), "ann");

        assertThat(store.visible("late")).isEqualTo(4);
        assertThat(store.readable("late")).hasSize(4).containsEntry("late", "the input of late;");
        assertThat(store.tasks.read("late", task.taskId()).undone()).isTrue();
    }

    @Test
    void restoringTheFirstOfTwoBringsBackBoth() throws Exception {
        hours("two", 1, 2, 3);
        policy("two", DeleteAction.SOFT, at(1, 30));
        Task first = store.run("two");
        policy("two", DeleteAction.SOFT, at(2, 30));
        Task second = store.run("two");
        assertThat(second.figures().recordsMatched()).isEqualTo(1);
        assertThat(store.visible("two")).isEqualTo(1);

        assertThat(store.tasks.restore("two", first.taskId(), "ann"))
                .extracting(Task::taskId)
                .containsExactly(first.taskId(), second.taskId());

        assertThat(store.visible("two")).isEqualTo(3);
    }

    @Test
    void restoringTheSecondOfTwoLeavesTheFirstHidden() throws Exception {
        hours("second", 1, 2, 3);
        policy("second", DeleteAction.SOFT, at(1, 30));
        store.run("second");
        policy("second", DeleteAction.SOFT, at(2, 30));
        Task second = store.run("second");

        store.tasks.restore("second", second.taskId(), "ann");

        assertThat(store.visible("second")).isEqualTo(2);
    }

    @Test
    void whatRanLaterIsUndoneWithItWhicheverWasMadeFirst() throws Exception {
        hours("order", 1, 2, 3);
        policy("order", DeleteAction.SOFT, at(2, 30));
        Task ranFirst = store.run("order");
        Task ranSecond = store.run("order");
        store.execute("UPDATE retention_tasks SET created_at = created_at - interval '1 minute' WHERE task_id = '"
                + ranSecond.taskId() + "'");

        store.tasks.restore("order", ranFirst.taskId(), "ann");

        assertThat(store.visible("order")).isEqualTo(3);
    }

    @Test
    void aRestorePausesAutomatedRunsUntilThePolicyIsSet() throws Exception {
        hours("pause", 1, 2);
        store.policy("pause", ageTo(at(1, 30)), ageTo(at(1, 30)), DeleteAction.SOFT, Duration.ofHours(1));
        assertThat(store.plan("pause")).isEqualTo(1);
        store.work("pause");
        Task task = only("pause", "trigger = 'automated'");
        dueNow("pause");
        store.tasks.restore("pause", task.taskId(), "ann");

        assertThat(store.plan("pause")).isZero();
        assertThat(store.policies.find("pause").orElseThrow().nextRunAt()).isNull();

        store.policy("pause", ageTo(at(1, 30)), ageTo(at(1, 30)), DeleteAction.SOFT, Duration.ofHours(1));
        assertThat(store.plan("pause")).isEqualTo(1);
    }

    @Test
    void aPurgeRemovesWhatItsTaskHidAndIsMadeOnce() throws Exception {
        hours("purge", 1, 2, 3);
        policy("purge", DeleteAction.SOFT, at(2, 30));
        Task task = store.run("purge");
        assertThat(store.plan("purge")).isZero();
        endGrace("purge");

        assertThat(store.plan("purge")).isEqualTo(1);
        assertThat(store.plan("purge")).isZero();
        store.work("purge");

        assertThat(store.plan("purge")).isZero();
        assertThat(store.stored("purge")).isEqualTo(1);
        assertThat(store.keys("purge")).hasSize(1);
        Task purge = only("purge", "trigger = 'purge'");
        assertThat(purge.figures().recordsDeleted()).isEqualTo(2);
        assertThat(purge.figures().objects()).isEqualTo(2);
        Task purged = store.tasks.read("purge", task.taskId());
        assertThat(purged.purged()).isTrue();
        assertThat(purged.figures().recordsDeleted()).isEqualTo(2);
        assertThatThrownBy(() -> store.tasks.restore("purge", task.taskId(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("its time to be restored was over at 20");
    }

    @Test
    void whatIsPurgedIsForgottenInTheEnd() throws Exception {
        hours("forget", 1, 2);
        policy("forget", DeleteAction.SOFT, at(1, 30));
        store.run("forget");
        forget();
        assertThat(tasks("forget", "true")).as("may still be restored").isEqualTo(1);
        purge("forget");

        forget();
        assertThat(tasks("forget", "true")).isZero();
    }

    @Test
    void aPurgeTakesTheLowerOfTaskAndPolicy() throws Exception {
        hours("lower", 1, 2, 3, 4);
        policy("lower", DeleteAction.SOFT, at(3, 30));
        store.run("lower");
        policy("lower", DeleteAction.SOFT, at(1, 30));
        assertThat(store.visible("lower")).as("a longer policy shows").isEqualTo(3);

        purge("lower");

        assertThat(store.stored("lower")).isEqualTo(3);
        assertThat(store.visible("lower")).isEqualTo(3);
        assertThat(store.sumsAreRight("lower")).isTrue();
    }

    @Test
    void aPurgeUnderAShorterPolicyTakesNoMoreThanItsTaskHid() throws Exception {
        hours("shorter", 1, 2, 3, 4);
        policy("shorter", DeleteAction.SOFT, at(1, 30));
        store.run("shorter");
        policy("shorter", DeleteAction.SOFT, at(3, 30));

        purge("shorter");

        assertThat(store.stored("shorter")).isEqualTo(3);
        assertThat(store.visible("shorter")).isEqualTo(3);
    }

    @Test
    void aPolicyThatKeepsAllShowsAllAndCancelsThePurge() throws Exception {
        hours("kept", 1, 2);
        policy("kept", DeleteAction.SOFT, at(1, 30));
        store.run("kept");
        policy("kept", DeleteAction.SOFT, null);

        purge("kept");

        Task purge = only("kept", "trigger = 'purge'");
        assertThat(purge.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(purge.error()).isEqualTo("the policy keeps it now");
        assertThat(store.visible("kept")).isEqualTo(2);
        assertThat(store.plan("kept")).as("made once").isZero();
    }

    @Test
    void aDeletedPolicyShowsAllAndItsPurgeIsCancelled() throws Exception {
        hours("deleted", 1, 2);
        policy("deleted", DeleteAction.SOFT, at(1, 30));
        store.run("deleted");
        store.policies.delete("deleted", dev.inferencestore.storage.registration.Precondition.none(), "ann");
        assertThat(store.visible("deleted")).isEqualTo(2);

        purge("deleted");

        assertThat(only("deleted", "trigger = 'purge'").state()).isEqualTo(TaskState.CANCELLED);
        assertThat(store.stored("deleted")).isEqualTo(2);
        assertThat(store.plan("deleted")).isZero();
    }

    @Test
    void aPurgeOfInputsLeavesTheirRecords() throws Exception {
        hours("inputs", 1, 2, 3);
        policy("inputs", DeleteAction.SOFT, null, at(2, 30));
        Task task = store.run("inputs");
        assertThat(store.inputs("inputs", "expired")).isEqualTo(2);

        purge("inputs");

        assertThat(store.visible("inputs")).isEqualTo(3);
        assertThat(store.keys("inputs")).hasSize(1);
        assertThat(only("inputs", "trigger = 'purge'").figures().blobsDeleted()).isEqualTo(2);
        assertThatThrownBy(() -> store.tasks.restore("inputs", task.taskId(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("its time to be restored was over at 20");
    }

    @Test
    void aHardRunAfterASoftOneLeavesHiddenWhatIsBeyondItsCutoff() throws Exception {
        hours("hard", 1, 2, 3, 4);
        policy("hard", DeleteAction.HARD, at(1, 30));
        Task dry = store.run("hard", new NewTask(true, null, null));
        store.execute("UPDATE retention_tasks SET policy_version = 3 WHERE task_id = '" + dry.taskId() + "'");
        policy("hard", DeleteAction.SOFT, at(3, 30));
        Task soft = store.run("hard");
        policy("hard", DeleteAction.HARD, at(3, 30));

        Task hard = store.run("hard", new NewTask(false, null, dry.taskId()));

        assertThat(hard.state()).as(hard.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.stored("hard")).isEqualTo(3);
        assertThat(store.visible("hard")).isEqualTo(1);
        assertThatThrownBy(() -> store.tasks.restore("hard", soft.taskId(), "ann"))
                .isInstanceOf(Conflict.class);
    }

    @Test
    void aRestoreCancelsThePurgeThatWaits() throws Exception {
        hours("waiting", 1, 2);
        policy("waiting", DeleteAction.SOFT, at(1, 30));
        Task task = store.run("waiting");
        endGrace("waiting");
        store.plan("waiting");

        store.tasks.restore("waiting", task.taskId(), "ann");
        store.work("waiting");

        assertThat(only("waiting", "trigger = 'purge'").error()).isEqualTo("an earlier run was restored");
        assertThat(store.visible("waiting")).isEqualTo(2);
        assertThat(store.plan("waiting")).isZero();
    }

    @Test
    void aPurgeThatAPersonCancelledIsNotMadeAgainAtOnce() throws Exception {
        hours("stopped", 1, 2);
        policy("stopped", DeleteAction.SOFT, at(1, 30));
        Task task = store.run("stopped");
        endGrace("stopped");
        store.plan("stopped");
        store.tasks.cancel("stopped", only("stopped", "trigger = 'purge'").taskId(), "ann");

        assertThat(store.plan("stopped")).as("there is time to restore").isZero();

        store.tasks.restore("stopped", task.taskId(), "ann");
        assertThat(store.visible("stopped")).isEqualTo(2);
    }

    private void forget() {
        store.planner.forget(Duration.ofSeconds(-10), Duration.ofDays(1));
    }

    private void dueNow(String model) {
        store.execute("UPDATE retention_policies SET next_run_at = clock_timestamp() - interval '1 second'"
                + " WHERE model_id = '" + model + "'");
    }

    /** One inference in each of these hours. */
    private void hours(String model, int... hours) throws Exception {
        store.register(model);
        for (int hour : hours) {
            writer.store(model, Event.at("h" + hour, at(hour, 0)));
        }
    }
}
