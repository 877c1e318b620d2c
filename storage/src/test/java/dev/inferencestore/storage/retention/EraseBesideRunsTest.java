package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Erasing what runs have hidden, or are about to remove. */
class EraseBesideRunsTest extends EraseTests {

    @Test
    void whatASoftRunHidIsErasedAndTheRestComesBack() throws Exception {
        fill("soft");
        policy("soft", DeleteAction.SOFT, at(3, 30));
        Task soft = store.run("soft");
        assertThat(store.visible("soft")).isEqualTo(1);

        Task end = erase("soft", ids("soft-a"));

        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(1);
        assertThat(end.figures().blobsDeleted()).isEqualTo(1);
        assertThat(store.visible("soft")).as("the rest stays hidden").isEqualTo(1);
        store.tasks.restore("soft", soft.taskId(), "ann");
        assertThat(store.visible("soft")).isEqualTo(3);
        isGone("soft", "soft-a");
        assertThat(intact("soft")).containsExactly("soft-b", "soft-c", "soft-d");
    }

    @Test
    void aPurgeTakesWhatAnEraseHasLeftAndCountsNoneOfItTwice() throws Exception {
        fill("purge");
        policy("purge", DeleteAction.SOFT, at(3, 30));
        Task soft = store.run("purge");
        erase("purge", ids("purge-b"));

        purge("purge");

        assertThat(store.tasks.read("purge", soft.taskId()).figures().recordsDeleted())
                .isEqualTo(2);
        isGone("purge", "purge-a", "purge-b", "purge-c");
        assertThat(intact("purge")).containsExactly("purge-d");
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            names = {"CLAIMED", "OBJECTS_DELETED", "ROWS_DELETED"})
    void aClaimedSliceIsEndedFirst(RunListener.Step step) throws Exception {
        String model = "slice" + step;
        fill(model);
        policy(model, DeleteAction.HARD, at(1, 30));
        Task run = store.tasks.create(model, new NewTask(false, null, null), "ann");
        die(model, step, 1);
        try (Owner owner = new Owner(store, model, new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }

        Task end = erase(model, ids(model + "-a", model + "-c"));

        assertThat(end(run).state()).isEqualTo(TaskState.FAILED);
        assertThat(complete(end).figures().recordsDeleted()).isEqualTo(2);
        assertThat(complete(end).figures().blobsDeleted())
                .as("the input of one was the slice's")
                .isEqualTo(1);
        isGone(model, model + "-a", model + "-c");
        assertThat(end(run).figures().blobsDeleted()).isEqualTo(1);
        assertThat(intact(model)).containsExactly(model + "-b", model + "-d");
    }

    @Test
    void anEraseWaitsForTheRunThatGoesOnAndBothAreExact() throws Exception {
        fill("both");
        policy("both", DeleteAction.HARD, at(1, 30));
        Task run = store.tasks.create("both", new NewTask(false, null, null), "ann");
        Task[] erase = {null};

        workMeanwhile("both", RunListener.Step.CLAIMED, 1, () -> erase[0] = ask("both", between(at(0, 0), at(3, 0))));

        assertThat(complete(run).figures().recordsDeleted()).isEqualTo(1);
        assertThat(complete(erase[0]).figures().recordsDeleted()).isEqualTo(1);
        isGone("both", "both-a", "both-b");
        assertThat(intact("both")).containsExactly("both-c", "both-d");
    }

    @Test
    void aRunIsPlannedThoughAnEraseIsOnItsWay() throws Exception {
        fill("planned");
        store.policy("planned", ageTo(at(1, 30)), ageTo(at(1, 30)), DeleteAction.HARD, Duration.ofHours(1));
        Task erase = ask("planned", ids("planned-d"));

        assertThat(store.plan("planned")).isEqualTo(1);
        store.work("planned");

        complete(erase);
        isGone("planned", "planned-a", "planned-d");
        assertThat(intact("planned")).containsExactly("planned-b", "planned-c");
    }

    @Test
    void aPolicyThatChangesStopsNoErase() throws Exception {
        fill("change");
        policy("change", DeleteAction.HARD, at(0, 0));
        Task erase = ask("change", between(at(0, 0), at(4, 0)));

        policy("change", DeleteAction.SOFT, at(0, 0));
        workMeanwhile("change", RunListener.Step.TOMBSTONED, 1, () -> policy("change", DeleteAction.HARD, at(0, 0)));

        assertThat(complete(erase).figures().recordsDeleted()).isEqualTo(3);
        isGone("change", "change-a", "change-b", "change-c");
    }

    private void fill(String model) throws Exception {
        store.register(model);
        writer.store(
                model,
                Event.at(model + "-a", at(1, 10)),
                Event.at(model + "-b", at(2, 10)),
                Event.at(model + "-c", at(3, 10)),
                Event.at(model + "-d", at(4, 10)));
    }
}
