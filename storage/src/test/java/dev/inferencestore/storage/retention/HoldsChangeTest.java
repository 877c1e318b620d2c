package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.storage.hold.Hold;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import org.junit.jupiter.api.Test;

/** Holds that overlap, that take the place of others, and that are placed again. */
class HoldsChangeTest extends HoldTests {

    @Test
    void whatTwoHoldsKeepStaysUntilBothAreLifted() throws Exception {
        fill("overlap");
        hold("overlap", "ids", ids("a", "c", "e"));
        hold("overlap", "time", time(at(0, 0), at(2, 15)));
        remove("overlap", at(5, 30));
        assertThat(records("overlap")).isEqualTo("a b c d e k l");

        lift("overlap", "time");
        isAsExpected("overlap");
        Task second = remove("overlap");

        assertThat(second.figures().recordsDeleted()).isEqualTo(2);
        assertThat(second.figures().blobsDeleted()).isEqualTo(2);
        assertThat(second.held()).isEqualTo(3);
        assertThat(records("overlap")).isEqualTo("a c e k l");
        isAsExpected("overlap");
        lift("overlap", "ids");
        assertThat(remove("overlap").figures().recordsDeleted()).isEqualTo(3);
        isAsExpected("overlap");
        assertThat(store.number("SELECT count(*) FROM holds WHERE model_id = 'overlap'"))
                .as("nothing is left of them")
                .isZero();
    }

    @Test
    void aNarrowerOneLetsGoOfTheRest() throws Exception {
        fill("narrower");
        hold("narrower", "h", HoldScope.model());
        remove("narrower", at(5, 30));
        LegalHolds.Change change = hold("narrower", "h", time(at(2, 0), at(4, 0)));

        assertThat(change.created()).isFalse();
        isAsExpected("narrower");
        Task task = remove("narrower");

        assertThat(records("narrower")).isEqualTo("d e f k l");
        assertThat(task.figures().recordsDeleted()).isEqualTo(7);
        isAsExpected("narrower");
    }

    @Test
    void aWiderOneKeepsAllAndBringsNothingBack() throws Exception {
        fill("wider");
        hold("wider", "h", time(at(2, 0), at(4, 0)));
        remove("wider", at(5, 30));
        LegalHolds.Change change = hold("wider", "h", HoldScope.model());

        assertThat(change.claimed()).isEqualTo(floors("wider").hard());
        remove("wider", at(6, 0));

        assertThat(records("wider")).isEqualTo("d e f k l");
        isAsExpected("wider");
    }

    @Test
    void onlyAnotherReasonChangesNothingElse() throws Exception {
        fill("reason");
        LegalHolds.Change first = hold("reason", "h", ids("b", "a", "a"));
        remove("reason", at(5, 30));
        LegalHolds.Change second = holds.place("reason", "h", "another case", ids("a", "b"), "bob");

        assertThat(second.created()).isFalse();
        assertThat(second.hold())
                .isEqualTo(new Hold(
                        "reason",
                        "h",
                        "another case",
                        first.hold().scope(),
                        "ann",
                        first.hold().placedAt()));
        assertThat(records("reason")).isEqualTo("a b k l");
        isAsExpected("reason");
    }

    /** Databases put capitals and hyphens elsewhere than Java does. */
    @Test
    void theSameIdsAreTheSameHoldInWhateverOrderTheyAreRead() throws Exception {
        store.register("order");
        String[] ids = {"a-b", "aB", "Ab", "a_c", "b", "B", "\uFFFD", "\uD83D\uDE00"};
        for (String id : ids) {
            put("order", Event.at(id, at(1, 0)));
        }
        LegalHolds.Change first = hold("order", "h", ids(ids));

        LegalHolds.Change second = holds.place("order", "h", "a case", ids(ids), "bob");

        assertThat(second.hold()).isEqualTo(first.hold());
        assertThat(holds.read("order", "h")).isEqualTo(first.hold());
        assertThat(holds.page("order", "", 10).holds()).containsExactly(first.hold());
        assertThat(store.number("SELECT count(*) FROM holds WHERE model_id = 'order'"))
                .isEqualTo(1);
    }

    @Test
    void aHoldThatNothingWasRemovedUnderIsForgottenAtOnce() throws Exception {
        fill("forgotten");
        hold("forgotten", "h", HoldScope.model());
        hold("forgotten", "i", ids("a"));
        lift("forgotten", "h");
        lift("forgotten", "i");

        assertThat(store.number("SELECT count(*) FROM holds WHERE model_id = 'forgotten'"))
                .isZero();
        assertThat(store.number("SELECT count(*) FROM hold_inferences WHERE model_id = 'forgotten'"))
                .isZero();
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        fill("refused");
        assertThatThrownBy(() -> hold("refused", "h", ids("a", "nobody")))
                .isInstanceOf(Invalid.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> hold("unknown", "h", HoldScope.model())).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> lift("refused", "h")).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> holds.read("refused", "h")).isInstanceOf(NotFound.class);
    }
}
