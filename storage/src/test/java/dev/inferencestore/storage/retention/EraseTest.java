package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.refusal.NotFound;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One inference is erased: all its halves, at all its times, and nothing of its neighbours. */
class EraseTest extends EraseTests {

    @Test
    void allHalvesAtAllTimesGoAndTheNeighboursStay() throws Exception {
        store.register("one");
        writer.store(
                "one",
                Event.request("one-a", at(1, 0)),
                Event.response("one-a", at(1, 1)),
                Event.at("one-a", at(4, 0)),
                Event.at("one-b", at(1, 2)),
                Event.at("one-ab", at(4, 1)),
                Event.request("one-c", at(7, 0)));

        Task asked = erasures.eraseOne("one", "one-a", "ann");
        store.work("one");

        Task end = complete(asked);
        assertThat(end.trigger()).isEqualTo(Trigger.ERASE);
        assertThat(end.requestedBy()).isEqualTo("ann");
        assertThat(end.policyId()).isNull();
        assertThat(end.figures().recordsDeleted()).isEqualTo(3);
        assertThat(end.figures().recordsMatched()).isEqualTo(3);
        assertThat(end.figures().blobsDeleted()).isEqualTo(2);
        assertThat(end.figures().bytes()).isEqualTo(2L * "the input of one-a;".length());
        assertThat(end.figures().objectsRewritten()).isEqualTo(2);
        assertThat(end.figures().bytesOverwritten()).isEqualTo(2L * "the input of one-a;".length());
        assertThat(end.figures().objects()).isZero();
        isGone("one", "one-a");
        assertThat(wholeBucket()).doesNotContain("one-a.", "one-a;").contains("input of one-b;");
        assertThat(intact("one")).containsExactly("one-ab", "one-b", "one-c");
        assertThat(store.visible("one")).isEqualTo(3);
    }

    @Test
    void itsReceiptSaysWhatItWas() throws Exception {
        store.register("receipt");
        writer.store(
                "receipt",
                Event.request("receipt-a", at(1, 0)),
                Event.response("receipt-a", at(1, 1)),
                Event.at("receipt-a", at(4, 0)).conflicting());
        Instant before = Instant.now();

        Task end = erase("receipt", ids("receipt-a"));

        assertThat(receipt(end)).singleElement().satisfies(item -> {
            assertThat(item.inferenceId()).isEqualTo("receipt-a");
            assertThat(item.records()).isEqualTo(3);
            assertThat(item.inputs()).isEqualTo(2);
            assertThat(item.bytes()).isEqualTo(end.figures().bytes());
            assertThat(item.sha256())
                    .containsExactlyInAnyOrder(
                            sha256("the input of receipt-a;"), sha256("another input of receipt-a;"));
            assertThat(item.erasedAt()).isBetween(RetentionStore.micros(before), RetentionStore.micros(Instant.now()));
            assertThat(item.removed()).isTrue();
        });
        assertThat(end.erasing().finalAt()).as("a copy may be under way").isNull();
    }

    @Test
    void aSegmentThatHeldNothingElseIsDeleted() throws Exception {
        store.register("alone");
        writer.store("alone", Event.at("alone-a", at(1, 0)).largeOutput(), Event.at("alone-b", at(2, 0)));

        Task end = erase("alone", ids("alone-a"));

        assertThat(end.figures().objects()).isEqualTo(2);
        assertThat(end.figures().objectsRewritten()).isZero();
        assertThat(store.keys("alone")).hasSize(1);
        assertThat(segments("alone")).isEqualTo(1);
        isGone("alone", "alone-a");
        assertThat(intact("alone")).containsExactly("alone-b");
    }

    @Test
    void nothingWithItsIdUpToNowIsStoredAgainAndWhatComesLaterIs() throws Exception {
        store.register("again");
        Event[] all = {Event.at("again-a", at(1, 0)), Event.at("again-b", at(1, 1))};
        writer.store("again", all);
        erase("again", ids("again-a"));

        FlushResult replayed = writer.store("again", all);
        FlushResult other = writer.store("again", Event.response("again-a", at(3, 0)));
        FlushResult later =
                writer.store("again", Event.at("again-a", Instant.now().plus(Duration.ofMinutes(5))));

        assertThat(replayed.refused()).isEqualTo(Map.of("erased", 1L));
        assertThat(replayed.alreadyThere()).isEqualTo(1);
        assertThat(other.refused()).as("another time, before it was erased").isEqualTo(Map.of("erased", 1L));
        assertThat(later.inserted()).isEqualTo(1);
        assertThat(intact("again")).containsExactly("again-a", "again-b");
        assertThat(store.sumsAreRight("again")).isTrue();
    }

    @Test
    void whatIsAheadOfTheClockGoesTooAndCannotComeBack() throws Exception {
        store.register("ahead");
        Event ahead = Event.at("ahead-a", Instant.now().plus(Duration.ofMinutes(40)));
        writer.store("ahead", ahead, Event.at("ahead-b", Instant.now().plus(Duration.ofMinutes(50))));

        Task end = erase("ahead", ids("ahead-a"));

        isGone("ahead", "ahead-a");
        assertThat(receipt(end).get(0).erasedAt()).isEqualTo(RetentionStore.micros(ahead.time()));
        assertThat(writer.store("ahead", ahead).refused()).isEqualTo(Map.of("erased", 1L));
        assertThat(intact("ahead")).containsExactly("ahead-b");
    }

    @Test
    void aFlushThatBringsItBackWithSomethingNewIsOverwrittenLater() throws Exception {
        store.register("mixed");
        writer.store("mixed", Event.at("mixed-a", at(1, 0)));
        erase("mixed", ids("mixed-a"));

        writer.store("mixed", Event.at("mixed-a", at(1, 0)), Event.at("mixed-b", at(1, 5)));
        assertThat(wholeBucket()).contains("input of mixed-a;");
        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("mixed"))
                .singleElement()
                .matches(Planner.Known::waits);
        store.work("mixed");

        isGone("mixed", "mixed-a");
        assertThat(intact("mixed")).containsExactly("mixed-b");
    }

    @Test
    void erasingItAgainAfterItCameBackLaterRaisesItsTombstone() throws Exception {
        store.register("twice");
        writer.store("twice", Event.at("twice-a", at(1, 0)));
        Task first = erase("twice", ids("twice-a"));
        Event later = Event.at("twice-a", Instant.now().plus(Duration.ofMinutes(5)));
        writer.store("twice", later);

        Task second = erase("twice", ids("twice-a"));

        assertThat(complete(second).figures().recordsDeleted()).isEqualTo(1);
        assertThat(receipt(first)).hasSize(1);
        assertThat(writer.store("twice", later).refused()).isEqualTo(Map.of("erased", 1L));
        isGone("twice", "twice-a");
    }

    @Test
    void anUnknownOneIsNotFound() throws Exception {
        store.register("unknown");
        writer.store("unknown", Event.at("unknown-a", at(1, 0)));
        erase("unknown", ids("unknown-a"));

        assertThatThrownBy(() -> erasures.eraseOne("unknown", "unknown-a", "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("unknown-a");
        assertThatThrownBy(() -> erasures.eraseOne("never", "unknown-a", "ann"))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("never");
        assertThat(tasks("unknown", "trigger = 'erase'")).isEqualTo(1);
    }
}
