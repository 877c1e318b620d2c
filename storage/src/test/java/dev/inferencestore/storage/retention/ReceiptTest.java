package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** How long receipts and tombstones stay, and when a receipt is final. */
class ReceiptTest extends EraseTests {
    private static final Duration AN_HOUR = Duration.ofHours(1);

    @Test
    void itIsReadPageByPageAlsoOfAModelThatIsUnregistered() throws Exception {
        store.register("pages");
        writer.store(
                "pages",
                IntStream.range(0, 7)
                        .mapToObj(i -> Event.at("pages-" + i, at(1, 7 - i)))
                        .toArray(Event[]::new));
        Task end = erase("pages", between(at(1, 0), at(2, 0)));
        unregistering.unregister("pages", true, Precondition.none(), "ann");

        List<String> read = new ArrayList<>();
        List<Erasures.Item> page =
                erasures.receipt("pages", end.taskId(), "", 3).items();
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            page.forEach(item -> read.add(item.inferenceId()));
            page = erasures.receipt("pages", end.taskId(), read.get(read.size() - 1), 3)
                    .items();
        }

        assertThat(read).containsExactly("pages-0", "pages-1", "pages-2", "pages-3", "pages-4", "pages-5", "pages-6");
    }

    @Test
    void onlyAnEraseHasOne() throws Exception {
        storeSix("other");
        policy("other", DeleteAction.HARD, null);
        Task run = store.run("other");
        Task dry = dryRun("other", ids("a"));

        assertThatThrownBy(() -> erasures.receipt("other", run.taskId(), "", 9)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> erasures.receipt("other", dry.taskId(), "", 9)).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> erasures.receipt("never", dry.taskId(), "", 9)).isInstanceOf(NotFound.class);
    }

    @Test
    void itIsForgottenWithItsTaskWhenItsTimeIsOverAndNotWhileRowsMayBeThere() throws Exception {
        storeSix("forget");
        Task ended = erase("forget", ids("a"));
        Task claimed = ask("forget", ids("b"));
        die("forget", RunListener.Step.TOMBSTONED, 1);
        try (Owner owner = new Owner(store, "forget", new RunListener() {})) {
            owner.giveUp("given up");
            owner.release();
        }
        store.planner.forget(Duration.ZERO, AN_HOUR);
        assertThat(receipt(ended)).as("its time is not over").hasSize(1);

        age("forget", "3 hours");
        store.planner.forget(Duration.ofDays(1), AN_HOUR);

        assertThatThrownBy(() -> receipt(ended)).isInstanceOf(NotFound.class);
        assertThat(receipt(claimed)).hasSize(1);
        assertThat(store.number("SELECT count(*) FROM erased_inferences WHERE model_id = 'forget'"))
                .isEqualTo(1);
        store.work("forget");
        store.planner.forget(Duration.ofDays(1), AN_HOUR);
        assertThatThrownBy(() -> receipt(claimed)).isInstanceOf(NotFound.class);
        assertThat(tombstones("forget")).as("they outlive it").isEqualTo(2);
    }

    @Test
    void aTombstoneIsForgottenOnceAFloorDoesItsWork() throws Exception {
        store.register("tombs");
        writer.store("tombs", Event.at("tombs-a", at(1, 0)), Event.at("tombs-b", at(2, 0)));
        erase("tombs", ids("tombs-a"));
        long erasedAt = store.number("SELECT micros(erased_at) FROM tombstones WHERE model_id = 'tombs'");

        floor("tombs", erasedAt);
        store.planner.forget(AN_HOUR, AN_HOUR);
        assertThat(tombstones("tombs")).as("at the floor one may be stored").isEqualTo(1);
        floor("tombs", erasedAt + 1);
        hold("tombs", "tombs-b");
        store.planner.forget(AN_HOUR, AN_HOUR);
        assertThat(tombstones("tombs")).as("holds let in what is below").isEqualTo(1);
        store.execute("DELETE FROM hold_inferences WHERE model_id = 'tombs'");
        store.execute("DELETE FROM holds WHERE model_id = 'tombs'");
        store.planner.forget(AN_HOUR, AN_HOUR);

        assertThat(tombstones("tombs")).isZero();
        assertThat(writer.store("tombs", Event.at("tombs-a", at(1, 0))).refused())
                .containsOnlyKeys("below_floor");
    }

    @Test
    void itIsFinalOnceASweepWentThroughAllThatWasThere() throws Exception {
        store.register("final");
        writer.store("final", Event.at("final-a", at(1, 0)), Event.at("final-b", at(1, 1)));
        writer.upload("final", Event.at("final-a", at(1, 0)));
        Task task = erase("final", ids("final-a"));

        sweep(AN_HOUR, () -> false);
        assertThat(finalAt(task)).as("what was there is too young to be swept").isFalse();
        assertThat(wholeBucket()).contains("final-a");
        sweep(Duration.ZERO, new AtomicInteger()::incrementAndGet, 1);
        assertThat(finalAt(task)).as("it was cut short").isFalse();
        sweep(Duration.ZERO, () -> false);

        assertThat(finalAt(task)).isTrue();
        isGone("final", "final-a");
        assertThat(intact("final")).containsExactly("final-b");
    }

    @Test
    void itIsNotFinalWhileASegmentIsStillToBeOverwritten() throws Exception {
        store.register("scrub");
        writer.store("scrub", Event.at("scrub-a", at(1, 0)), Event.at("scrub-b", at(1, 1)));
        Task task = erase("scrub", ids("scrub-a"));
        writer.store("scrub", Event.at("scrub-a", at(1, 0)), Event.at("scrub-c", at(1, 2)));

        sweep(Duration.ZERO, () -> false);
        assertThat(finalAt(task)).isFalse();
        store.work("scrub");
        sweep(Duration.ZERO, () -> false);

        assertThat(finalAt(task)).isTrue();
        isGone("scrub", "scrub-a");
    }

    @Test
    void itIsNotFinalWhileCopiesAreNotMarkedNorRowsTaken() throws Exception {
        store.register("marks");
        writer.store("marks", Event.at("marks-a", at(1, 0)), Event.at("marks-b", at(1, 1)));
        writer.store("marks", Event.at("marks-a", at(1, 0)), Event.at("marks-c", at(1, 2)));
        Task task = ask("marks", ids("marks-a"));
        for (RunListener.Step step : List.of(RunListener.Step.TOMBSTONED, RunListener.Step.ERASED)) {
            die("marks", step, 1);
            if (step == RunListener.Step.TOMBSTONED) {
                try (Owner owner = new Owner(store, "marks", new RunListener() {})) {
                    owner.giveUp("given up");
                    owner.release();
                }
            }
            store.execute("UPDATE segments SET state = 'stored' WHERE model_id = 'marks'");
            sweep(Duration.ZERO, () -> false);
            assertThat(finalAt(task)).as(step.name()).isFalse();
        }

        store.work("marks");
        sweep(Duration.ZERO, () -> false);

        assertThat(finalAt(task)).isTrue();
        assertThat(wholeBucket().split("input of marks-a;", -1))
                .as("the first one was unmarked by this test")
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aSweepThatFailsMakesNothingFinal() throws Exception {
        store.register("sweepfails");
        writer.store("sweepfails", Event.at("sweepfails-a", at(1, 0)));
        Task task = erase("sweepfails", ids("sweepfails-a"));
        writer.upload("sweepfails", Event.at("sweepfails-a", at(1, 0)));
        FailingObjects objects = new FailingObjects(store.objects);
        ObjectStoreException failure = ObjectStoreException.passing("the store is slow", null);
        objects.failAfter(0, failure);

        try (Handle handle = store.jdbi.open()) {
            assertThatThrownBy(() -> new OrphanSweep(handle, objects, "inputs", Duration.ZERO).sweep(() -> false))
                    .isSameAs(failure);
        }
        assertThat(finalAt(task)).isFalse();
        sweep(Duration.ZERO, () -> false);
        assertThat(finalAt(task)).isTrue();
        isGone("sweepfails", "sweepfails-a");
    }

    private boolean finalAt(Task task) {
        return end(task).erasing().finalAt() != null;
    }

    private void sweep(Duration age, IntSupplier asked, int most) {
        sweep(age, () -> asked.getAsInt() > most);
    }

    private void sweep(Duration age, BooleanSupplier stop) {
        try (Handle handle = store.jdbi.open()) {
            new OrphanSweep(handle, store.objects, "inputs", age).sweep(stop);
        }
    }

    private void age(String model, String by) {
        store.execute("UPDATE retention_tasks SET finished_at = finished_at - interval '" + by + "' WHERE model_id = '"
                + model + "'");
    }

    private void floor(String model, long record) {
        store.execute("UPDATE floors SET record_visible = at_micros(" + record + "), record_hard = at_micros(" + record
                + ") WHERE model_id = '" + model + "'");
    }

    private long tombstones(String model) {
        return store.number("SELECT count(*) FROM tombstones WHERE model_id = '" + model + "'");
    }
}
