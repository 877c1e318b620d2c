package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An owner that hangs while another takes its model over changes nothing when it comes back. */
class CutOffOwnerTest extends RetentionTests {

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TOMBSTONED", "ERASED", "COPIES_MARKED"})
    void itStopsAndNothingIsCountedTwice(RunListener.Step step) throws Exception {
        String model = "hangs-" + step;
        fill(model);
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");
        AtStep hang = new AtStep(step, 1, () -> {
            endLease(model);
            store.work(model);
        });

        try (Owner owner = new Owner(store, model, hang)) {
            assertThatThrownBy(owner::work).isInstanceOf(Leases.Lost.class);
        }

        assertThat(hang.ended).isEmpty();
        removedAll(model, task);
    }

    @ParameterizedTest
    @EnumSource(
            value = RunListener.Step.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"TOMBSTONED", "ERASED", "COPIES_MARKED"})
    void itStopsWhileTheOtherIsInTheMiddle(RunListener.Step step) throws Exception {
        String model = "middle-" + step;
        fill(model);
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");
        AtStep hang = new AtStep(step, 1, () -> {
            endLease(model);
            try (Owner other = new Owner(store, model, AtStep.dies(RunListener.Step.OBJECTS_DELETED, 1))) {
                assertThatThrownBy(other::work).isInstanceOfAny(AtStep.Death.class);
            }
        });

        try (Owner owner = new Owner(store, model, hang)) {
            if (step == RunListener.Step.SCRUBBED) {
                // Nothing is left that the other could die over.
                assertThatThrownBy(owner::work).isInstanceOf(AssertionError.class);
            } else {
                assertThatThrownBy(owner::work).isInstanceOf(Leases.Lost.class);
            }
        }
        endLease(model);
        store.work(model);

        removedAll(model, task);
    }

    @Test
    void whenAllIsDoneItFindsNothingToDo() throws Exception {
        fill("asleep");
        Task task = store.tasks.create("asleep", new NewTask(false, null, null), "ann");
        try (Owner owner = new Owner(store, "asleep", AtStep.dies(RunListener.Step.CLAIMED, 1))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
            endLease("asleep");
            store.work("asleep");

            owner.work();
        }
        removedAll("asleep", task);
    }

    private void removedAll(String model, Task task) {
        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(end.figures().recordsDeleted()).isEqualTo(4);
        assertThat(end.figures().blobsDeleted()).isEqualTo(4);
        assertThat(end.figures().objects()).isEqualTo(3);
        assertThat(store.readable(model)).containsOnlyKeys("e", "f");
        assertThat(bucket(model)).doesNotContain("input of d");
        assertThat(unfinished(model)).isZero();
        assertThat(store.sumsAreRight(model)).isTrue();
    }

    private void fill(String model) throws Exception {
        storeSix(model);
        policy(model, DeleteAction.HARD, at(3, 30));
    }
}
