package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Unregistering beside flushes and runs, and after deaths. */
class UnregisterBesideRunsTest extends EraseTests {

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            names = {"COUNTED", "CLAIMED", "ROWS_DELETED"})
    void aRunInTheMiddleEndsAndAllGoes(RunListener.Step step) throws Exception {
        String model = "run" + step;
        storeSix(model);
        policy(model, DeleteAction.HARD, at(3, 30));
        Task run = store.tasks.create(model, new NewTask(false, null, null), "ann");
        Task[] task = {null};

        workMeanwhile(model, step, 1, () -> task[0] = unregister(model));

        assertThat(end(run).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(end(run).error()).isEqualTo("policy deleted");
        assertThat(end(run).figures().recordsDeleted()
                        + complete(task[0]).figures().recordsDeleted())
                .isEqualTo(6);
        assertThat(end(run).figures().blobsDeleted()
                        + complete(task[0]).figures().blobsDeleted())
                .isEqualTo(6);
        assertThat(store.keys(model)).isEmpty();
        isGone(model, "a", "f");
    }

    @Test
    void aClaimedSliceThatWasLeftOverCountsAsStored() throws Exception {
        store.register("slice");
        writer.store("slice", Event.at("slice-a", at(1, 0)));
        policy("slice", DeleteAction.HARD, at(2, 0));
        store.tasks.create("slice", new NewTask(false, null, null), "ann");
        die("slice", RunListener.Step.CLAIMED, 1);
        store.execute("DELETE FROM inferences WHERE model_id = 'slice'");
        store.execute("DELETE FROM segments WHERE model_id = 'slice'");

        Task task = unregister("slice");
        store.work("slice");

        complete(task);
        assertThat(unfinished("slice")).isZero();
        store.register("slice");
    }

    @Test
    void aFlushInFlightIsWaitedForAndGoesToo() throws Exception {
        store.register("flush");
        writer.store("flush", Event.at("flush-a", at(1, 0)));
        CompletableFuture<FlushResult> flush;
        CompletableFuture<Task> unregistered;
        try (Connection blocker = Concurrently.blocker(
                store, "INSERT INTO model_hours VALUES ('flush', '" + at(2, 0) + "', 7, 1, 1, 1, now(), now())")) {
            flush = Concurrently.async(() -> writer.store("flush", 7, Event.at("flush-b", at(2, 1))));
            Concurrently.awaitWaiting(store, 1);
            unregistered = Concurrently.async(() -> unregister("flush"));
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();
        }

        assertThat(flush.get(20, TimeUnit.SECONDS).inserted()).isEqualTo(1);
        Task task = unregistered.get(20, TimeUnit.SECONDS);
        store.work("flush");
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(2);
        isGone("flush", "flush-a", "flush-b");
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            names = {"TOMBSTONED", "ERASED", "COPIES_MARKED"},
            mode = EnumSource.Mode.EXCLUDE)
    void whoeverComesAfterADeathEndsIt(RunListener.Step step) throws Exception {
        String model = "dies" + step;
        storeSix(model);
        Task task = unregister(model);

        die(model, step, 1);
        assertThat(store.visible(model)).isZero();
        store.work(model);

        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(6);
        assertThat(complete(task).figures().blobsDeleted()).isEqualTo(6);
        assertThat(store.keys(model)).isEmpty();
        store.register(model);
    }

    @Test
    void oneThatFailedIsMadeAgain() throws Exception {
        storeSix("failed");
        Task task = unregister("failed");
        die("failed", RunListener.Step.CLAIMED, 1);
        try (Owner owner = new Owner(store, "failed", new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }
        assertThat(end(task).state()).isEqualTo(TaskState.FAILED);
        assertThat(store.plan("failed")).as("not at once").isZero();
        assertThatThrownBy(() -> store.register("failed")).hasMessageContaining("still being erased");

        store.execute("UPDATE retention_tasks SET finished_at = now() - interval '20 minutes'"
                + " WHERE model_id = 'failed'");
        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("failed"))
                .singleElement()
                .matches(Planner.Known::due);
        assertThat(store.plan("failed")).isEqualTo(1);
        assertThat(store.plan("failed")).isZero();
        store.work("failed");

        assertThat(store.keys("failed")).isEmpty();
        assertThat(store.stored("failed")).isZero();
        store.register("failed");
    }

    @Test
    void aPersonWhoAsksAgainAfterAFailureGetsAnotherAtOnce() throws Exception {
        storeSix("asks");
        Task task = unregister("asks");
        die("asks", RunListener.Step.STARTED, 1);
        try (Owner owner = new Owner(store, "asks", new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }

        Task again = unregister("asks");
        store.work("asks");

        assertThat(again.taskId()).isNotEqualTo(task.taskId());
        assertThat(complete(again).figures().recordsDeleted()).isEqualTo(6);
    }

    @Test
    void aSecondTaskForItTouchesNothingThatWasStoredSince() throws Exception {
        storeSix("double");
        Task first = unregister("double");
        // As when a planner makes one at the same moment.
        store.execute("INSERT INTO retention_tasks (task_id, model_id, trigger, delete_action, state, requested_by,"
                + " whole_model, created_at) VALUES (gen_random_uuid(), 'double', 'erase', 'hard', 'pending', 'job', true,"
                + " now() + interval '1 second')");
        assertThat(unregister("double").taskId()).isEqualTo(first.taskId());
        Instant ahead = Instant.now().plus(Duration.ofMinutes(30));
        try (Owner owner = new Owner(store, "double", new RunListener() {
            @Override
            public void ended(Task task) {
                if (task.taskId().equals(first.taskId())) {
                    store.register("double");
                    storeOne("double", ahead);
                }
            }
        })) {
            owner.work();
            owner.release();
        }

        assertThat(tasks("double", "state = 'cancelled' AND whole_model")).isEqualTo(1);
        assertThat(intact("double")).containsExactly("double-new");
        assertThat(store.visible("double")).isEqualTo(1);
    }

    private void storeOne(String model, Instant time) {
        try {
            assertThat(writer.store(model, Event.at(model + "-new", time).ofGeneration(2))
                            .inserted())
                    .isEqualTo(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private Task unregister(String model) {
        return unregistering.unregister(model, true, Precondition.none(), "ann").orElseThrow();
    }
}
