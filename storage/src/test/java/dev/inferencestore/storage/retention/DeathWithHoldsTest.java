package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A run among holds dies at every point, or hangs while another takes its model over: what is held stays, what lifted
 * holds left goes with the rest, and each is counted once.
 */
class DeathWithHoldsTest extends HoldTests {

    private static final int SLICES = 6;

    /** Two slices of inputs and one of records are of what was left behind; one of inputs and two of records follow. */
    static Stream<Arguments> points() {
        return EnumSet.range(RunListener.Step.STARTED, RunListener.Step.SCRUBBED).stream()
                .flatMap(step -> switch (step) {
                    case STARTED, COUNTED, SCRUBBED -> Stream.of(Arguments.of(step, 1));
                    default -> IntStream.rangeClosed(1, SLICES).mapToObj(nth -> Arguments.of(step, nth));
                });
    }

    /** Once in each half of a run, and at its ends. */
    static Stream<Arguments> somePoints() {
        return points().filter(point -> Set.of(1, 2, 5).contains(point.get()[1]));
    }

    @ParameterizedTest(name = "dies at {0} {1}")
    @MethodSource("points")
    void whoeverComesNextEndsItWithExactNumbers(RunListener.Step step, int nth) throws Exception {
        String model = "dies-" + step + "-" + nth;
        Task task = waiting(model);

        die(model, step, nth);
        store.work(model);

        ended(model, task);
    }

    @ParameterizedTest(name = "hangs at {0} {1}")
    @MethodSource("somePoints")
    void oneThatWasCutOffChangesNothingMore(RunListener.Step step, int nth) throws Exception {
        String model = "hangs-" + step + "-" + nth;
        Task task = waiting(model);
        AtStep hang = new AtStep(step, nth, () -> {
            endLease(model);
            store.work(model);
        });

        try (Owner owner = new Owner(store, model, hang)) {
            assertThatThrownBy(owner::work).isInstanceOf(Leases.Lost.class);
        }

        assertThat(hang.ended).isEmpty();
        ended(model, task);
    }

    @Test
    void aRunThatDiesAgainAndAgainGetsThere() throws Exception {
        Task task = waiting("again");
        for (RunListener.Step step : EnumSet.range(RunListener.Step.STARTED, RunListener.Step.SCRUBBED)) {
            die("again", step, 1);
        }

        store.work("again");

        ended("again", task);
    }

    @ParameterizedTest(name = "dies at {0} {1}")
    @MethodSource("somePoints")
    void aHoldThatIsLiftedWhileNobodyWorksIsObeyedByTheNextRunAtTheLatest(RunListener.Step step, int nth)
            throws Exception {
        String model = "meanwhile-" + step + "-" + nth;
        Task task = waiting(model);

        die(model, step, nth);
        lift(model, "stays");
        store.work(model);
        Task next = remove(model);

        assertThat(records(model)).isEqualTo("k l");
        isAsExpected(model);
        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.figures().recordsDeleted() + next.figures().recordsDeleted())
                .isEqualTo(9);
        assertThat(end.figures().blobsDeleted() + next.figures().blobsDeleted()).isEqualTo(7);
    }

    private void die(String model, RunListener.Step step, int nth) {
        AtStep death = AtStep.dies(step, nth);
        try (Owner owner = new Owner(store, model, death)) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease(model);
    }

    /** What is left: b, c, e and g behind, of which c is held by another one; f held; h, i and j to go, with k and l to stay. */
    private Task waiting(String model) throws Exception {
        fill(model);
        hold(model, "left", ids("b", "c", "e", "g"));
        hold(model, "stays", ids("c", "f", "i"));
        remove(model, at(2, 0), at(4, 15));
        assertThat(records(model)).isEqualTo("b c d e f g h i j k l");
        assertThat(inputs(model)).isEqualTo("b c e f h i j k l");
        lift(model, "left");
        policy(model, DeleteAction.HARD, at(5, 30));
        expected(model).recordsGone = 0;
        expected(model).inputsGone = 0;
        expected(model).bytesGone = 0;
        return store.tasks.create(model, new NewTask(false, null, null), "ann");
    }

    private void ended(String model, Task task) throws Exception {
        Task end = store.tasks.read(model, task.taskId());
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.COMPLETE);
        expected(model).remove(end.cutoffs());
        assertThat(records(model)).isEqualTo("c f i k l");
        assertThat(end.figures().recordsDeleted()).isEqualTo(expected(model).recordsGone);
        assertThat(end.figures().recordsMatched()).isEqualTo(expected(model).recordsGone);
        assertThat(end.figures().blobsDeleted()).isEqualTo(expected(model).inputsGone);
        assertThat(end.figures().bytes()).isEqualTo(expected(model).bytesGone);
        assertThat(end.held()).isEqualTo(3);
        isAsExpected(model);
        assertThat(store.number(
                        "SELECT count(*) FROM holds WHERE lifted_seq IS NOT NULL AND model_id = '" + model + "'"))
                .isZero();
    }
}
