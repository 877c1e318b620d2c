package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.record.FlushResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Runs beside flushes, policies and planners: each held open while the other waits. */
class RacesTest extends RaceTests {

    @Test
    void aFlushInFlightIsWaitedForAndItsRowsGoWithTheRest() throws Exception {
        Task task = fill("flush");
        AtomicReference<CompletableFuture<FlushResult>> flush = new AtomicReference<>();
        try (Connection blocker = blocker()) {
            // The flush waits where it adds to its hour, with the lock of the floors and its rows.
            blocker.createStatement()
                    .execute("INSERT INTO model_hours VALUES ('flush', '" + at(1, 0) + "', 7, 1, 1, 1, now(), now())");
            CompletableFuture<Void> ran = work("flush", RunListener.Step.COUNTED, () -> {
                flush.set(Concurrently.async(() -> writer.store("flush", 7, Event.at("late", at(1, 20)))));
                Concurrently.awaitWaiting(store, 1);
            });
            Concurrently.awaitWaiting(store, 2);
            assertThat(ran).isNotDone();
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(flush.get().get(20, TimeUnit.SECONDS).inserted()).isEqualTo(1);
        Task end = store.tasks.read("flush", task.taskId());
        assertThat(end.figures().recordsDeleted()).isEqualTo(3);
        assertThat(end.figures().blobsDeleted()).isEqualTo(3);
        assertThat(store.readable("flush")).containsOnlyKeys("c");
        assertThat(bucket("flush")).doesNotContain("input of late");
        assertThat(store.sumsAreRight("flush")).isTrue();
    }

    @Test
    void aFlushThatWaitedForAClaimIsRefused() throws Exception {
        fill("refused");
        CompletableFuture<FlushResult> flush;
        CompletableFuture<Void> ran;
        try (Connection blocker = claims("refused")) {
            ran = work("refused", RunListener.Step.COUNTED, () -> {});
            Concurrently.awaitWaiting(store, 1);
            flush = Concurrently.async(
                    () -> writer.store("refused", 7, Event.at("late", at(1, 20)), Event.at("d", at(4, 0))));
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(flush.get(20, TimeUnit.SECONDS).withoutInput()
                        + flush.get().refused().size())
                .as("by the floor of its input or of its record, whichever was claimed by then")
                .isEqualTo(1);
        store.work("refused");
        policy("refused", DeleteAction.HARD, at(2, 30));
        store.run("refused");
        assertThat(store.readable("refused")).containsOnlyKeys("c", "d");
        assertThat(bucket("refused")).doesNotContain("input of late");
        assertThat(store.sumsAreRight("refused")).isTrue();
    }

    @Test
    void aPolicyThatIsSetBeforeTheClaimStopsTheRun() throws Exception {
        Task task = fill("before");
        AtomicReference<CompletableFuture<PolicyChange>> put = new AtomicReference<>();
        try (Connection blocker = blocker()) {
            // The change waits for its version, with the lock of the floors.
            blocker.createStatement().execute("SELECT 1 FROM control_version FOR UPDATE");
            CompletableFuture<Void> ran = work("before", RunListener.Step.COUNTED, () -> {
                put.set(Concurrently.async(() -> policy("before", DeleteAction.HARD, null)));
                Concurrently.awaitWaiting(store, 1);
            });
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(put.get().get(20, TimeUnit.SECONDS).runningTask()).isEqualTo(task.taskId());
        assertThat(store.tasks.read("before", task.taskId()).error()).isEqualTo("policy changed");
        assertThat(store.readable("before")).hasSize(3);
        assertThat(store.visible("before")).isEqualTo(3);
    }

    @Test
    void aPolicyThatIsSetAfterTheClaimSaysWhatIsGone() throws Exception {
        fill("after");
        CompletableFuture<PolicyChange> put;
        try (Connection blocker = claims("after")) {
            CompletableFuture<Void> ran = work("after", RunListener.Step.COUNTED, () -> {});
            Concurrently.awaitWaiting(store, 1);
            put = Concurrently.async(() -> policy("after", DeleteAction.HARD, null));
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(put.get(20, TimeUnit.SECONDS).claimed().blobs())
                .isGreaterThanOrEqualTo(RetentionStore.micros(at(2, 30)));
        assertThat(store.readable("after")).containsOnlyKeys("c");
        assertThat(unfinished("after")).isZero();
        assertThat(store.visible("after")).isEqualTo(store.stored("after"));
        assertThat(store.sumsAreRight("after")).isTrue();
    }

    @Test
    void twoPlannersAtOnceMakeOneTask() throws Exception {
        fill("planners");
        store.policy("planners", ageTo(at(2, 30)), ageTo(at(2, 30)), DeleteAction.HARD, Duration.ofHours(1));
        try (Connection blocker = blocker()) {
            blocker.createStatement()
                    .execute("SELECT 1 FROM retention_policies WHERE model_id = 'planners' FOR UPDATE");
            CompletableFuture<Integer> first = Concurrently.async(() -> store.plan("planners"));
            CompletableFuture<Integer> second = Concurrently.async(() -> store.plan("planners"));
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();

            assertThat(first.get(20, TimeUnit.SECONDS) + second.get(20, TimeUnit.SECONDS))
                    .isEqualTo(1);
        }
        assertThat(tasks("planners", "state = 'pending'")).isEqualTo(1);
    }

    @Test
    void twoPlannersAtOnceMakeOnePurge() throws Exception {
        fill("purges");
        policy("purges", DeleteAction.SOFT, at(2, 30));
        Task soft = store.run("purges");
        endGrace("purges");
        try (Connection blocker = blocker()) {
            blocker.createStatement()
                    .execute("INSERT INTO retention_tasks (task_id, model_id, policy_id, policy_version, trigger,"
                            + " delete_action, state, requested_by, purge_of, created_at) SELECT gen_random_uuid(),"
                            + " model_id, policy_id, policy_version, 'purge', 'hard', 'pending', 'job', task_id, now()"
                            + " FROM retention_tasks WHERE task_id = '" + soft.taskId() + "'");
            CompletableFuture<Integer> planned = Concurrently.async(() -> store.plan("purges"));
            Concurrently.until(() -> planned.isDone() || Concurrently.waiting(store) == 1);
            blocker.commit();

            assertThat(planned.get(20, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void twoTasksAtOnceRunOneAfterTheOther() throws Exception {
        Task first = fill("creates");
        CompletableFuture<Task> second =
                Concurrently.async(() -> store.tasks.create("creates", new NewTask(false, null, null), "bob"));
        Task third = store.tasks.create("creates", new NewTask(true, null, null), "ann");
        second.get(20, TimeUnit.SECONDS);
        store.execute("UPDATE retention_tasks SET created_at = now() WHERE model_id = 'creates'");

        store.work("creates");

        assertThat(tasks("creates", "state = 'complete' AND error IS NULL")).isEqualTo(3);
        assertThat(store.number("SELECT sum(records_deleted) FROM retention_tasks WHERE model_id = 'creates'"))
                .isEqualTo(2);
        assertThat(store.tasks.read("creates", first.taskId()).state()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.tasks.read("creates", third.taskId()).figures().recordsDeleted())
                .isZero();
    }

    /** An owner on a thread of its own. */
    private CompletableFuture<Void> work(String model, RunListener.Step step, Runnable what) {
        return Concurrently.async(() -> {
            try (Owner owner = new Owner(store, model, new AtStep(step, 1, what))) {
                owner.work();
                owner.release();
            }
            return null;
        });
    }

    /** Holds up whoever claims a slice of this model, who then has the lock of the floors. */
    private Connection claims(String model) throws SQLException {
        // Of another model: naming a task locks it.
        store.register(model + "-other");
        policy(model + "-other", DeleteAction.HARD, null);
        Task other = store.run(model + "-other");
        Connection blocker = blocker();
        blocker.createStatement()
                .execute("INSERT INTO retention_claims VALUES ('" + model + "', 'blobs', now(), now(), '"
                        + other.taskId() + "')");
        return blocker;
    }

    /** Three hours with an inference each, and a HARD task that waits to remove two of them. */
    private Task fill(String model) throws Exception {
        store.register(model);
        writer.store(model, Event.at("a", at(1, 0)), Event.at("b", at(2, 0)), Event.at("c", at(3, 0)));
        policy(model, DeleteAction.HARD, at(2, 30));
        return store.tasks.create(model, new NewTask(false, null, null), "ann");
    }
}
