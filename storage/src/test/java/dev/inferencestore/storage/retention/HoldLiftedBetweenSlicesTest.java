package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A hold that kept an input from a run is lifted before the run comes to the record: the input goes with it. */
class HoldLiftedBetweenSlicesTest extends RetentionTests {

    @Test
    void whatWasKeptAsideGoesWithItsBytes() throws Exception {
        LegalHolds holds = new LegalHolds(store.database);
        store.register("lifted");
        writer.store("lifted", Event.at("a", at(1, 10)));
        writer.store("lifted", Event.at("a", at(1, 10)).conflicting());
        holds.place("lifted", "h", "a case", hours(at(1, 0), at(2, 0)), "ann");
        policy("lifted", DeleteAction.HARD, at(3, 0));
        store.tasks.create("lifted", new NewTask(false, null, null), "ann");

        AtStep between = new AtStep(RunListener.Step.ROWS_DELETED, 1, () -> holds.lift("lifted", "h", "ann"));
        try (Owner owner = new Owner(store, "lifted", between)) {
            owner.work();
            owner.release();
        }
        // Whoever changes a hold forgets those that were lifted and have left nothing.
        holds.place("lifted", "other", "another case", hours(at(5, 0), at(6, 0)), "ann");
        store.work("lifted");

        assertThat(store.stored("lifted")).isZero();
        assertThat(segments("lifted")).isZero();
        assertThat(bucket("lifted")).isEmpty();
    }

    private static HoldScope hours(Instant from, Instant to) {
        return HoldScope.time(new Span(RetentionStore.micros(from), RetentionStore.micros(to)));
    }
}
