package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.record.FlushResult;
import java.sql.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An erase beside flushes, each held open while the other waits. */
class EraseRacesTest extends EraseTests {

    @Test
    void aFlushInFlightIsWaitedForAndItsRowsGoToo() throws Exception {
        Task task = fill("before");
        CompletableFuture<FlushResult> flush;
        // The flush waits where it adds to its hour, with the lock of the floors and its rows.
        try (Connection blocker = Concurrently.blocker(
                store, "INSERT INTO model_hours VALUES ('before', '" + at(2, 0) + "', 7, 1, 1, 1, now(), now())")) {
            flush = Concurrently.async(
                    () -> writer.store("before", 7, Event.at("before-a", at(2, 20)), Event.at("before-c", at(2, 21))));
            Concurrently.awaitWaiting(store, 1);
            CompletableFuture<Void> ran = Concurrently.async(() -> {
                store.work("before");
                return null;
            });
            Concurrently.awaitWaiting(store, 2);
            assertThat(ran).isNotDone();
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(flush.get(20, TimeUnit.SECONDS).inserted()).isEqualTo(2);
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(2);
        assertThat(receipt(task)).singleElement().matches(item -> item.records() == 2);
        isGone("before", "before-a");
        assertThat(intact("before")).containsExactly("before-b", "before-c");
    }

    @Test
    void aFlushThatWaitedForTheTombstonesIsRefused() throws Exception {
        Task task = fill("claim");
        CompletableFuture<FlushResult> flush;
        // The erase waits where it writes the tombstone, with the lock of the floors.
        try (Connection blocker =
                Concurrently.blocker(store, "INSERT INTO tombstones VALUES ('claim', 'claim-a', now())")) {
            CompletableFuture<Void> ran = Concurrently.async(() -> {
                store.work("claim");
                return null;
            });
            Concurrently.awaitWaiting(store, 1);
            flush = Concurrently.async(() -> writer.store(
                    "claim",
                    Event.at("claim-a", at(1, 0)),
                    Event.response("claim-a", at(1, 9)),
                    Event.at("claim-c", at(1, 5))));
            Concurrently.awaitWaiting(store, 2);
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(flush.get(20, TimeUnit.SECONDS).refused()).containsEntry("erased", 2L);
        store.work("claim");
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(1);
        isGone("claim", "claim-a");
        assertThat(intact("claim")).containsExactly("claim-b", "claim-c");
    }

    @Test
    void aFlushBesideTheTakingOfRowsNeitherWaitsLongNorBringsThemBack() throws Exception {
        Task task = fill("rows");
        FlushResult flushed;
        // The erase waits where it marks the segment, before it takes the lock of the floors.
        try (Connection blocker =
                Concurrently.blocker(store, "SELECT 1 FROM segments WHERE model_id = 'rows' FOR UPDATE")) {
            CompletableFuture<Void> ran = Concurrently.async(() -> {
                store.work("rows");
                return null;
            });
            Concurrently.awaitWaiting(store, 1);
            flushed = writer.store("rows", Event.at("rows-a", at(1, 0)), Event.at("rows-c", at(1, 7)));
            assertThat(ran).isNotDone();
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        assertThat(flushed.refused()).containsEntry("erased", 1L);
        store.work("rows");
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(1);
        isGone("rows", "rows-a");
        assertThat(intact("rows")).containsExactly("rows-b", "rows-c");
    }

    @Test
    void aFlushThatCommitsBesideTheMarkingOfCopiesMarksItsOwn() throws Exception {
        Task task = fill("copies");
        writer.store("copies", Event.at("copies-a", at(1, 0)), Event.at("copies-d", at(1, 8)));
        // The erase waits where it marks the copy.
        try (Connection blocker = Concurrently.blocker(
                store,
                "SELECT 1 FROM segments WHERE segment_id = (SELECT input_segment FROM inferences"
                        + " WHERE inference_id = 'copies-d') FOR UPDATE")) {
            CompletableFuture<Void> ran = Concurrently.async(() -> {
                store.work("copies");
                return null;
            });
            Concurrently.awaitWaiting(store, 1);
            assertThat(rows("copies", "copies-a")).isZero();
            writer.store("copies", Event.at("copies-a", at(1, 0)), Event.at("copies-c", at(1, 7)));
            blocker.rollback();
            ran.get(20, TimeUnit.SECONDS);
        }

        store.work("copies");
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(1);
        isGone("copies", "copies-a");
        assertThat(intact("copies")).containsExactly("copies-b", "copies-c", "copies-d");
    }

    private Task fill(String model) throws Exception {
        store.register(model);
        writer.store(model, Event.at(model + "-a", at(1, 0)), Event.at(model + "-b", at(1, 1)));
        return ask(model, ids(model + "-a"));
    }
}
