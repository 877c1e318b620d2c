package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The object store or the database refuses: the run waits or fails, and the next one goes on from there. */
class FailingStoreTest extends RetentionTests {
    private FailingObjects objects;

    @BeforeAll
    void wrap() {
        objects = new FailingObjects(store.objects);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aFailureThatPassesLeavesTheTaskRunningForTheNextVisit(int calls) throws Exception {
        String model = "passing-" + calls;
        storeSix(model);
        Task task = automated(model);

        refuse(model, calls, ObjectStoreException.passing("the store is slow", null));
        assertThat(store.tasks.read(model, task.taskId()).state()).isEqualTo(TaskState.RUNNING);
        assertThat(store.visible(model)).isEqualTo(2);
        store.work(model);

        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).isEqualTo(TaskState.COMPLETE);
        removedAll(model, end.figures().recordsDeleted(), end.figures().blobsDeleted());
    }

    @Test
    void aRunThatIsGivenUpStaysHiddenAndTheNextGoesOn() throws Exception {
        storeSix("lasting");
        Task task = automated("lasting");
        refuse("lasting", 0, ObjectStoreException.lasting("access denied"));
        giveUp("lasting");
        Task failed = store.tasks.read("lasting", task.taskId());
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.error()).isEqualTo("given up");
        assertThat(failed.finishedAt()).isNotNull();
        assertThat(store.visible("lasting")).isEqualTo(2);

        due("lasting");
        assertThat(store.plan("lasting")).isEqualTo(1);
        store.work("lasting");

        Task next = only("lasting", "state = 'complete'");
        failed = store.tasks.read("lasting", task.taskId());
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        removedAll(
                "lasting",
                failed.figures().recordsDeleted() + next.figures().recordsDeleted(),
                failed.figures().blobsDeleted() + next.figures().blobsDeleted());
        assertThat(tasks("lasting", "record_hides > '-infinity'")).isZero();
    }

    @Test
    void whatCouldNotBeOverwrittenIsLookedAfterOnceTheRunWasGivenUp() throws Exception {
        storeSix("scrub");
        Task task = automated("scrub");
        refuse("scrub", 1, ObjectStoreException.lasting("access denied"));
        giveUp("scrub");
        assertThat(bucket("scrub")).contains("the input of d;");
        due("scrub");

        assertThat(store.plan("scrub")).as("every row is gone").isZero();
        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("scrub"))
                .singleElement()
                .matches(Planner.Known::waits);
        store.work("scrub");

        Task failed = store.tasks.read("scrub", task.taskId());
        removedAll("scrub", failed.figures().recordsDeleted(), failed.figures().blobsDeleted());
    }

    @Test
    void whatWasClaimedIsLookedAfterThoughNoTaskIsLeft() throws Exception {
        storeSix("orphan");
        Task task = automated("orphan");
        refuse("orphan", 0, ObjectStoreException.lasting("access denied"));
        try (Owner owner = new Owner(store, "orphan", objects, new RunListener() {})) {
            owner.giveUp("access denied");
            owner.release();
        }
        store.execute("UPDATE segments SET state = 'stored' WHERE model_id = 'orphan'");

        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("orphan"))
                .singleElement()
                .matches(Planner.Known::waits);
        assertThat(store.tasks.read("orphan", task.taskId()).state()).isEqualTo(TaskState.FAILED);
    }

    @Test
    void aRunThatIsCancelledShowsWhatOneThatFailedBeforeItHid() throws Exception {
        storeSix("shown");
        automated("shown");
        refuse("shown", 0, ObjectStoreException.lasting("access denied"));
        giveUp("shown");
        Task next = store.tasks.create("shown", new NewTask(false, null, null), "ann");

        try (Owner owner = new Owner(
                store,
                "shown",
                new AtStep(RunListener.Step.COUNTED, 1, () -> store.tasks.cancel("shown", next.taskId(), "ann")))) {
            owner.work();
        }

        assertThat(store.visible("shown"))
                .as("nothing stays hidden that is not removed")
                .isEqualTo(6);
        assertThat(store.tasks.read("shown", next.taskId()).state()).isEqualTo(TaskState.CANCELLED);
    }

    @Test
    void aSoftRunThatFailedIsDoneAgainAndCanThenBeRestored() throws Exception {
        storeSix("soft");
        store.policy("soft", ageTo(at(3, 30)), ageTo(at(3, 30)), DeleteAction.SOFT, Duration.ofHours(1));
        assertThat(store.plan("soft")).isEqualTo(1);
        try (Owner owner = new Owner(store, "soft", AtStep.dies(RunListener.Step.STARTED, 1))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease("soft");
        giveUp("soft");
        assertThat(store.visible("soft")).isEqualTo(2);

        due("soft");
        assertThat(store.plan("soft")).as("what failed is still to be done").isEqualTo(1);
        Task dry = store.run("soft", new NewTask(true, null, null));
        Task next = only("soft", "state = 'complete' AND NOT dry_run");

        assertThat(next.figures().recordsMatched()).isEqualTo(4);
        assertThat(dry.figures().recordsMatched()).as("all is hidden by then").isZero();
        store.tasks.restore("soft", next.taskId(), "ann");
        assertThat(store.visible("soft")).isEqualTo(6);
    }

    @Test
    void aDryRunAfterAFailureSaysWhatTheNextRunFinds() throws Exception {
        storeSix("dry");
        policy("dry", DeleteAction.SOFT, at(3, 30));
        store.tasks.create("dry", new NewTask(false, null, null), "ann");
        try (Owner owner = new Owner(store, "dry", AtStep.dies(RunListener.Step.STARTED, 1))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease("dry");
        giveUp("dry");

        Task dry = store.run("dry", new NewTask(true, null, null));
        Task real = store.run("dry", new NewTask(false, null, dry.taskId()));

        assertThat(dry.figures().recordsMatched()).isEqualTo(4);
        assertThat(real.figures()).isEqualTo(dry.figures());
    }

    @Test
    void aDatabaseThatRefusesLeavesTheTaskRunning() throws Exception {
        storeSix("database");
        Task task = automated("database");
        try (Owner owner = new Owner(
                store, "database", new AtStep(RunListener.Step.CLAIMED, 2, () -> killConnections("database")))) {
            assertThatThrownBy(owner::work).isInstanceOf(RuntimeException.class);
        }
        endLease("database");
        assertThat(store.tasks.read("database", task.taskId()).state()).isEqualTo(TaskState.RUNNING);
        store.work("database");

        Task end = store.tasks.read("database", task.taskId());
        removedAll("database", end.figures().recordsDeleted(), end.figures().blobsDeleted());
    }

    private void killConnections(String model) {
        store.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND datname = current_database()");
        assertThat(store.stored(model)).isPositive();
    }

    private void refuse(String model, int calls, ObjectStoreException failure) {
        objects.failAfter(calls, failure);
        try (Owner owner = new Owner(store, model, objects, new RunListener() {})) {
            assertThatThrownBy(owner::work).isSameAs(failure);
            owner.release();
        }
        objects.recover();
    }

    private void giveUp(String model) {
        try (Owner owner = new Owner(store, model, new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }
    }

    private void due(String model) {
        store.execute("UPDATE retention_policies SET next_run_at = clock_timestamp() - interval '1 second'"
                + " WHERE model_id = '" + model + "'");
    }

    private Task automated(String model) {
        store.policy(model, ageTo(at(3, 30)), ageTo(at(3, 30)), DeleteAction.HARD, Duration.ofHours(1));
        assertThat(store.plan(model)).isEqualTo(1);
        return only(model, "trigger = 'automated'");
    }

    private void removedAll(String model, long records, long blobs) {
        assertThat(records).isEqualTo(4);
        assertThat(blobs).isEqualTo(4);
        assertThat(store.readable(model)).containsOnlyKeys("e", "f");
        assertThat(bucket(model)).doesNotContain("input of a", "input of d");
        assertThat(unfinished(model)).isZero();
        assertThat(store.sumsAreRight(model)).isTrue();
    }
}
