package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.registration.Precondition;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are cancelled, or find another policy, between slices: what is claimed goes, the rest is shown again. */
class StoppedRunTest extends RetentionTests {

    @Test
    void aRunIsCancelledBetweenSlices() throws Exception {
        Task task = fill("cancelled");
        AtomicReference<RetentionTasks.Cancelled> answer = new AtomicReference<>();
        AtStep listener = new AtStep(
                RunListener.Step.CLAIMED, 1, () -> answer.set(store.tasks.cancel("cancelled", task.taskId(), "ann")));

        work("cancelled", listener);

        Task end = store.tasks.read("cancelled", task.taskId());
        assertThat(end.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(end.error()).isEqualTo("cancelled on request");
        assertThat(answer.get().claimed().blobs()).isEqualTo(RetentionStore.micros(at(3, 0)));
        assertThat(store.inputs("cancelled", "expired")).isEqualTo(3);
        assertThat(store.visible("cancelled")).isEqualTo(8);
        assertThat(store.readable("cancelled")).hasSize(5);
        assertThat(end.figures().blobsDeleted()).isEqualTo(3);
        assertThat(end.figures().recordsDeleted()).isZero();
        assertThat(store.keys("cancelled")).hasSize(5);
        assertThat(unfinished("cancelled")).isZero();
        assertThat(store.sumsAreRight("cancelled")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aPolicyThatIsSetBetweenSlicesStopsTheRun(int slice) throws Exception {
        String model = "changed-" + slice;
        Task task = fill(model);
        AtomicReference<PolicyChange> change = new AtomicReference<>();
        AtStep listener = new AtStep(
                RunListener.Step.CLAIMED, slice, () -> change.set(policy(model, DeleteAction.HARD, at(9, 0))));

        work(model, listener);

        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).isEqualTo(TaskState.CANCELLED);
        assertThat(end.error()).isEqualTo("policy changed");
        assertThat(change.get().runningTask()).isEqualTo(task.taskId());
        assertThat(store.visible(model)).as("nothing stays hidden").isEqualTo(store.stored(model));
        assertThat(end.figures().recordsDeleted()).isEqualTo(8 - store.stored(model));
        assertThat(unfinished(model)).isZero();
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            names = {"STARTED", "COUNTED"})
    void aPolicyThatIsSetBeforeTheFirstClaimKeepsEverything(RunListener.Step step) throws Exception {
        String model = "early-" + step;
        Task task = fill(model);

        work(model, new AtStep(step, 1, () -> policy(model, DeleteAction.HARD, null)));

        assertThat(store.tasks.read(model, task.taskId()).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(store.visible(model)).isEqualTo(8);
        assertThat(store.readable(model)).hasSize(8);
    }

    @Test
    void aPolicyThatIsDeletedStopsTheRun() throws Exception {
        Task task = fill("deleted");

        work(
                "deleted",
                new AtStep(
                        RunListener.Step.COUNTED,
                        1,
                        () -> store.policies.delete("deleted", Precondition.none(), "ann")));

        assertThat(store.tasks.read("deleted", task.taskId()).error()).isEqualTo("policy deleted");
        assertThat(store.visible("deleted")).isEqualTo(8);
    }

    @Test
    void aTaskThatWaitedWhileThePolicyChangedIsCancelled() throws Exception {
        Task task = fill("waited");

        policy("waited", DeleteAction.HARD, at(9, 0));
        store.work("waited");

        assertThat(store.tasks.read("waited", task.taskId()).error()).isEqualTo("policy changed");
        assertThat(store.stored("waited")).isEqualTo(8);
    }

    @Test
    void aSoftRunThatIsCancelledHidesNothing() throws Exception {
        fill("soft");
        policy("soft", DeleteAction.SOFT, at(6, 30));
        Task task = store.tasks.create("soft", new NewTask(false, null, null), "ann");

        work("soft", new AtStep(RunListener.Step.STARTED, 1, () -> {
            assertThat(store.visible("soft")).isEqualTo(1);
            store.tasks.cancel("soft", task.taskId(), "ann");
        }));

        assertThat(store.tasks.read("soft", task.taskId()).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(store.visible("soft")).isEqualTo(8);
    }

    @Test
    void aClockThatIsAheadRemovesNothing() throws Exception {
        Task task = fill("clock");
        store.clock = Clock.offset(Clock.systemUTC(), Duration.ofHours(3));
        try {
            store.work("clock");
        } finally {
            store.clock = Clock.systemUTC();
        }

        Task end = store.tasks.read("clock", task.taskId());
        assertThat(end.state()).isEqualTo(TaskState.FAILED);
        assertThat(end.error()).startsWith("clock: ").contains("ahead of");
        assertThat(store.visible("clock")).isEqualTo(8);
        assertThat(store.run("clock").state()).isEqualTo(TaskState.COMPLETE);
        assertThat(store.stored("clock")).isEqualTo(2);
    }

    @Test
    void aClockThatJumpsWhileARunGoesOnStopsItAndTheNextOneEndsIt() throws Exception {
        Task task = fill("jump");
        long[] jump = {0};
        ClockWatch watch = new ClockWatch(store.clock, () -> System.nanoTime() + jump[0]);
        Leases leases = new Leases("jumper", Duration.ofMinutes(1));
        store.jdbi.useHandle(handle -> {
            Leases.Lease lease = leases.take(handle, "jump").orElseThrow();
            AtStep listener = new AtStep(
                    RunListener.Step.ROWS_DELETED,
                    1,
                    () -> jump[0] = Duration.ofHours(1).toNanos());
            new ModelVisit(handle, leases, lease, store.objects, watch, store.settings, listener).work();
            leases.release(handle, lease);
        });

        Task end = store.tasks.read("jump", task.taskId());
        assertThat(end.error()).startsWith("clock: ").contains("jumped by 3");
        assertThat(store.visible("jump")).as("stays hidden").isEqualTo(2);
        Task next = store.run("jump");
        assertThat(end.figures().blobsDeleted() + next.figures().blobsDeleted()).isEqualTo(6);
        assertThat(next.figures().recordsDeleted()).isEqualTo(6);
        assertThat(store.sumsAreRight("jump")).isTrue();
    }

    private void work(String model, AtStep listener) {
        try (Owner owner = new Owner(store, model, listener)) {
            owner.work();
            owner.release();
        }
        assertThat(listener.happened()).isTrue();
    }

    /** Eight hours with an inference each, and a HARD task that waits to remove six of them. */
    private Task fill(String model) throws Exception {
        store.register(model);
        for (int hour = 0; hour < 8; hour++) {
            writer.store(model, Event.at("h" + hour, at(hour, 10)));
        }
        policy(model, DeleteAction.HARD, at(6, 0));
        return store.tasks.create(model, new NewTask(false, null, null), "ann");
    }
}
