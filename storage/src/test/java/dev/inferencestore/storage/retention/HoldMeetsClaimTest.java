package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hold is placed or lifted while a run is at work: the claim of each slice decides for what is in it. */
class HoldMeetsClaimTest extends HoldTests {

    /** There are two slices of inputs and two of records; what is claimed by then is told and goes, the rest stays. */
    @ParameterizedTest(name = "at {0} {1}")
    @CsvSource({
        "STARTED, 1",
        "COUNTED, 1",
        "CLAIMED, 1",
        "OBJECTS_DELETED, 1",
        "ROWS_DELETED, 1",
        "CLAIMED, 2",
        "ROWS_DELETED, 2",
        "CLAIMED, 3",
        "CLAIMED, 4",
        "OBJECTS_DELETED, 4",
        "ROWS_DELETED, 4",
        "SCRUBBED, 1"
    })
    void oneThatComesInBetweenKeepsWhatIsNotClaimed(RunListener.Step step, int nth) throws Exception {
        String model = "placed-" + step + "-" + nth;
        fill(model);
        policy(model, DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");
        AtomicReference<Cutoffs> claimed = new AtomicReference<>();

        work(model, new AtStep(step, nth, () -> {
            LegalHolds.Change change = holds.place(model, "h", "a case", HoldScope.model(), "ann");
            claimed.set(change.claimed());
            assertThat(change.claimed()).isEqualTo(floors(model).hard());
            expected(model).remove(change.claimed());
            expected(model).place("h", HoldScope.model());
        }));

        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(claimed.get().within(end.cutoffs())).isTrue();
        assertThat(end.figures().recordsDeleted()).isEqualTo(expected(model).recordsGone);
        assertThat(end.figures().blobsDeleted()).isEqualTo(expected(model).inputsGone);
        assertThat(end.held()).isEqualTo(expected(model).held(end.cutoffs()));
        isAsExpected(model);
    }

    @ParameterizedTest(name = "at {0} {1}")
    @CsvSource({
        "STARTED, 1", "COUNTED, 1", "CLAIMED, 1", "OBJECTS_DELETED, 1", "ROWS_DELETED, 1", "CLAIMED, 2",
        "ROWS_DELETED, 2", "CLAIMED, 3", "ROWS_DELETED, 3", "CLAIMED, 4", "OBJECTS_DELETED, 4", "ROWS_DELETED, 4",
        "CLAIMED, 5", "ROWS_DELETED, 5", "SCRUBBED, 1",
    })
    void oneThatIsLiftedInBetweenLeavesNothingForEver(RunListener.Step step, int nth) throws Exception {
        String model = "lifted-" + step + "-" + nth;
        fill(model);
        writer.store(
                model,
                2,
                Event.at("d", at(2, 10)).conflicting(),
                Event.at("h", at(4, 20)).conflicting());
        hold(model, "h", ids("a", "d", "e", "h", "j"));
        hold(model, "i", time(at(3, 0), at(4, 0)));
        policy(model, DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create(model, new NewTask(false, null, null), "ann");

        work(model, new AtStep(step, nth, () -> lift(model, "h")));
        assertThat(store.sumsAreRight(model)).isTrue();
        Task first = store.tasks.read(model, task.taskId());
        Task second = remove(model);

        assertThat(records(model)).isEqualTo("f k l");
        isAsExpected(model);
        assertThat(first.figures().recordsDeleted() + second.figures().recordsDeleted())
                .isEqualTo(expected(model).recordsGone);
        assertThat(first.figures().blobsDeleted() + second.figures().blobsDeleted())
                .isEqualTo(expected(model).inputsGone);
        assertThat(first.figures().bytes() + second.figures().bytes()).isEqualTo(expected(model).bytesGone);
        assertThat(bucket(model)).doesNotContain("another input");
        assertThat(store.number(
                        "SELECT count(*) FROM holds WHERE lifted_seq IS NOT NULL AND model_id = '" + model + "'"))
                .isZero();
        assertThat(unnamedBytes(model)).isZero();
    }

    @Test
    void oneThatIsLiftedAndPlacedAgainInOneSliceKeepsWhatItKept() throws Exception {
        fill("both");
        hold("both", "h", time(at(2, 0), at(5, 0)));
        policy("both", DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create("both", new NewTask(false, null, null), "ann");

        work("both", new AtStep(RunListener.Step.CLAIMED, 2, () -> {
            lift("both", "h");
            hold("both", "h", time(at(2, 0), at(5, 0)));
        }));

        expected("both").remove(store.tasks.read("both", task.taskId()).cutoffs());
        assertThat(records("both")).isEqualTo("d e f g h k l");
        isAsExpected("both");
    }

    @Test
    void anEventThatComesLateBetweenClaimAndHoldIsNotBroughtBack() throws Exception {
        fill("late");
        policy("late", DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create("late", new NewTask(false, null, null), "ann");

        work("late", new AtStep(RunListener.Step.CLAIMED, 3, () -> {
            LegalHolds.Change change = holds.place("late", "h", "a case", HoldScope.model(), "ann");
            expected("late").remove(change.claimed());
            expected("late").place("h", HoldScope.model());
            late("late", Event.at("late", at(0, 10)).largeOutput(), Event.at("late-2", at(5, 25)));
        }));

        assertThat(expected("late").records).doesNotContain("late").contains("late-2");
        assertThat(store.tasks.read("late", task.taskId()).state()).isEqualTo(TaskState.COMPLETE);
        isAsExpected("late");
    }

    @Test
    void whoDiesOverAClaimIsFollowedByOneWhoGoesByTheSameHolds() throws Exception {
        fill("dies");
        hold("dies", "h", ids("a", "b"));
        policy("dies", DeleteAction.HARD, at(5, 30));
        Task task = store.tasks.create("dies", new NewTask(false, null, null), "ann");
        try (Owner owner = new Owner(store, "dies", AtStep.dies(RunListener.Step.CLAIMED, 1))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease("dies");
        lift("dies", "h");
        hold("dies", "i", ids("c"));

        store.work("dies");

        Task end = store.tasks.read("dies", task.taskId());
        remove("dies");
        assertThat(end.figures().recordsDeleted() + expected("dies").records.size())
                .isEqualTo(12);
        assertThat(records("dies"))
                .as("what was claimed before is gone, inputs only")
                .isEqualTo("c k l");
        expected("dies").inputs.remove("c");
        isAsExpected("dies");
    }

    @Test
    void aConflictThatIsLetGoBetweenInputsAndRecordsTakesItsInputWithIt() throws Exception {
        fill("conflict");
        writer.store("conflict", 2, Event.at("h", at(4, 20)).conflicting());
        hold("conflict", "h", ids("h"));
        remove("conflict", null, at(5, 30));
        policy("conflict", DeleteAction.HARD, at(5, 30));
        store.tasks.create("conflict", new NewTask(false, null, null), "ann");

        work("conflict", new AtStep(RunListener.Step.ROWS_DELETED, 1, () -> lift("conflict", "h")));
        expected("conflict").remove(floors("conflict").hard());
        remove("conflict");

        isAsExpected("conflict");
        assertThat(bucket("conflict")).doesNotContain("input of h");
        assertThat(unnamedBytes("conflict")).isZero();
    }

    private void late(String model, Event... events) {
        try {
            put(model, 3, events);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void work(String model, AtStep listener) {
        try (Owner owner = new Owner(store, model, listener)) {
            owner.work();
            owner.release();
        }
        assertThat(listener.happened()).isTrue();
    }

    /** Segments that stay although no row names anything in them. */
    private long unnamedBytes(String model) {
        return store.number(
                "SELECT count(*) FROM segments s WHERE model_id = '" + model
                        + "' AND NOT EXISTS (SELECT 1 FROM inferences i WHERE s.segment_id IN (input_segment, output_segment))"
                        + " AND NOT EXISTS (SELECT 1 FROM inference_conflicts i WHERE s.segment_id IN (input_segment, output_segment))");
    }
}
