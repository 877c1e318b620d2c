package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An erase dies, is cut off, cancelled or refused at every point: what was claimed goes, once, with all its copies. */
class EraseDeathTest extends EraseTests {

    static Stream<Arguments> points() {
        return Stream.of(
                Arguments.of(RunListener.Step.STARTED, 1),
                Arguments.of(RunListener.Step.TOMBSTONED, 1),
                Arguments.of(RunListener.Step.TOMBSTONED, 2),
                Arguments.of(RunListener.Step.ERASED, 1),
                Arguments.of(RunListener.Step.ERASED, 2),
                Arguments.of(RunListener.Step.COPIES_MARKED, 1),
                Arguments.of(RunListener.Step.SCRUBBED, 1));
    }

    @ParameterizedTest
    @MethodSource("points")
    void whoeverComesNextEndsItWithExactNumbers(RunListener.Step step, int nth) throws Exception {
        String model = "dies-" + step + nth;
        Task task = fill(model);

        die(model, step, nth);
        store.work(model);

        erasedAll(model, task);
    }

    @ParameterizedTest
    @MethodSource("points")
    void anOwnerThatWasCutOffStopsAndChangesNothing(RunListener.Step step, int nth) throws Exception {
        String model = "hangs-" + step + nth;
        Task task = fill(model);
        AtStep hang = new AtStep(step, nth, () -> {
            endLease(model);
            store.work(model);
        });

        try (Owner owner = new Owner(store, model, hang)) {
            assertThatThrownBy(owner::work).isInstanceOf(Leases.Lost.class);
        }

        assertThat(hang.ended).isEmpty();
        erasedAll(model, task);
    }

    @Test
    void oneThatDiesAgainAndAgainGetsThere() throws Exception {
        Task task = fill("more");
        die("more", RunListener.Step.TOMBSTONED, 1);
        die("more", RunListener.Step.ERASED, 2);
        die("more", RunListener.Step.COPIES_MARKED, 1);

        store.work("more");

        erasedAll("more", task);
    }

    @Test
    void betweenTombstoneAndRowsNothingOfItIsStored() throws Exception {
        Task task = fill("gap");
        die("gap", RunListener.Step.TOMBSTONED, 1);

        assertThat(writer.store("gap", Event.at("gap-a", at(1, 0)), Event.response("gap-a", at(5, 0)))
                        .refused())
                .containsEntry("erased", 2L);
        assertThat(receipt(task)).isNotEmpty().noneMatch(Erasures.Item::removed);
        store.work("gap");

        erasedAll("gap", task);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOMBSTONED", "ERASED"})
    void whatWasTakenWhenItIsCancelledIsGoneWithItsCopies(RunListener.Step step) throws Exception {
        String model = "cancel" + step;
        Task task = fill(model);

        workMeanwhile(model, step, 1, () -> store.tasks.cancel(model, task.taskId(), "bob"));

        cancelled(model, task);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOMBSTONED", "ERASED"})
    void whatWasTakenWhenADeadOneIsCancelledIsGoneWithItsCopies(RunListener.Step step) throws Exception {
        String model = "deadcancel" + step;
        Task task = fill(model);
        die(model, step, 1);
        store.tasks.cancel(model, task.taskId(), "bob");

        store.work(model);

        cancelled(model, task);
    }

    @Test
    void whatWasTakenWhenItIsGivenUpIsLookedAfter() throws Exception {
        Task task = fill("failed");
        die("failed", RunListener.Step.ERASED, 1);
        try (Owner owner = new Owner(store, "failed", new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }
        store.execute("UPDATE segments SET state = 'stored' WHERE model_id = 'failed'");

        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("failed"))
                .singleElement()
                .matches(Planner.Known::waits);
        store.work("failed");

        assertThat(end(task).state()).isEqualTo(TaskState.FAILED);
        String[] taken = receipt(task).stream().map(Erasures.Item::inferenceId).toArray(String[]::new);
        assertThat(taken).hasSizeBetween(1, 3);
        isGone("failed", taken);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anObjectStoreThatRefusesInBetweenIsAskedAgain(int calls) throws Exception {
        String model = "store" + calls;
        Task task = fill(model);
        FailingObjects objects = new FailingObjects(store.objects);
        ObjectStoreException failure = ObjectStoreException.passing("the store is slow", null);
        objects.failAfter(calls, failure);
        try (Owner owner = new Owner(store, model, objects, new RunListener() {})) {
            assertThatThrownBy(owner::work).isSameAs(failure);
            owner.release();
        }
        assertThat(end(task).state()).isEqualTo(TaskState.RUNNING);
        assertThat(end(task).figures().recordsDeleted()).isEqualTo(10);

        store.work(model);

        erasedAll(model, task);
    }

    private void cancelled(String model, Task task) {
        Task end = end(task);
        assertThat(end.state()).isEqualTo(TaskState.CANCELLED);
        String[] taken = receipt(task).stream().map(Erasures.Item::inferenceId).toArray(String[]::new);
        assertThat(taken).hasSizeBetween(1, 3);
        assertThat(receipt(task)).allMatch(Erasures.Item::removed);
        assertThat(end.figures().recordsDeleted())
                .isEqualTo(
                        receipt(task).stream().mapToLong(Erasures.Item::records).sum());
        isGone(model, taken);
        assertThat(intact(model)).hasSize(8 - taken.length);
    }

    private void erasedAll(String model, Task task) {
        Task end = complete(task);
        assertThat(end.figures().recordsMatched()).isEqualTo(10);
        assertThat(end.figures().recordsDeleted()).isEqualTo(10);
        assertThat(end.figures().blobsDeleted()).isEqualTo(8);
        assertThat(end.figures().objects()).isEqualTo(2);
        assertThat(end.figures().objectsRewritten()).isEqualTo(2);
        assertThat(receipt(task))
                .extracting(Erasures.Item::inferenceId)
                .containsExactly(model + "-a", model + "-b", model + "-c", model + "-d", model + "-e", model + "-f");
        assertThat(receipt(task)).allMatch(Erasures.Item::removed);
        assertThat(receipt(task).stream().mapToLong(Erasures.Item::records).sum())
                .isEqualTo(10);
        assertThat(receipt(task).stream().mapToLong(Erasures.Item::bytes).sum())
                .isEqualTo(end.figures().bytes());
        isGone(model, receipt(task).stream().map(Erasures.Item::inferenceId).toArray(String[]::new));
        assertThat(intact(model)).containsExactly(model + "-y", model + "-z");
    }

    /** Six inferences to erase in ten halves, some of them stored twice; two that stay share segments with them. */
    private Task fill(String model) throws Exception {
        store.register(model);
        String id = model + "-";
        writer.store(
                model,
                Event.at(id + "a", at(1, 0)).action("x"),
                Event.at(id + "b", at(1, 1)).action("x"),
                Event.at(id + "c", at(1, 3)).action("x"),
                Event.at(id + "z", at(1, 2)));
        // Nothing but the copies' marking comes to this segment.
        writer.store(model, Event.at(id + "a", at(1, 0)).action("x"), Event.at(id + "y", at(1, 4)));
        writer.store(
                model,
                Event.request(id + "d", at(2, 0)).action("x"),
                Event.response(id + "d", at(2, 1)),
                Event.at(id + "e", at(2, 2)).action("x"),
                Event.at(id + "e", at(2, 3)));
        writer.store(
                model,
                Event.at(id + "a", at(3, 0)).action("x"),
                Event.response(id + "b", at(3, 1)).action("x"),
                Event.at(id + "f", at(3, 2)).action("x"));
        return ask(model, action("x"));
    }
}
