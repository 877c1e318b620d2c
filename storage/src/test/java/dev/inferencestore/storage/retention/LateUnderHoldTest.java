package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.record.FlushResult;
import org.junit.jupiter.api.Test;

/** Events that come below the hard floor: stored where a hold kept that time then, refused where it was gone by then. */
class LateUnderHoldTest extends HoldTests {

    @Test
    void whatAHoldKeepsIsStoredWithItsInputAndStays() throws Exception {
        empty("late");
        hold("late", "h", time(at(2, 0), at(3, 0)));
        remove("late", at(5, 0));

        FlushResult result = put(
                "late",
                Event.at("a", at(1, 50)),
                Event.at("b", at(2, 10)).largeOutput(),
                Event.at("c", at(2, 59)),
                Event.at("d", at(3, 0)).largeOutput());

        assertThat(result.inserted()).isEqualTo(2);
        assertThat(result.refused()).containsExactly(java.util.Map.entry("below_floor", 2L));
        store.work("late");
        assertThat(records("late")).isEqualTo("b c old");
        isAsExpected("late");
        remove("late", at(6, 0));
        isAsExpected("late");
        lift("late", "h");
        assertThat(remove("late").figures().recordsDeleted()).isEqualTo(2);
        isAsExpected("late");
    }

    @Test
    void inOneSegmentWithOthersOnlyWhatIsHeldIsLeft() throws Exception {
        empty("ids");
        put("ids", Event.at("a", at(2, 10)));
        hold("ids", "h", ids("a"));
        remove("ids", at(2, 5), at(5, 0));
        lift("ids", "h");
        hold("ids", "i", time(at(2, 30), at(2, 40)));
        remove("ids", at(5, 0));

        put("ids", 1, Event.at("b", at(2, 20)), Event.at("c", at(2, 30)), Event.at("d", at(2, 40)));
        store.work("ids");

        assertThat(records("ids"))
                .as("it was above the floor of records, not of inputs")
                .isEqualTo("c old");
        assertThat(inputs("ids")).isEqualTo("old");
        assertThat(states("ids")).containsEntry("c", "expired");
        isAsExpected("ids");
    }

    @Test
    void whatWasGoneWhenTheHoldWasPlacedIsNotStoredAgain() throws Exception {
        empty("replay");
        Event gone = Event.at("gone", at(2, 10)).largeOutput();
        Event noInput = Event.at("no-input", at(3, 10));
        put("replay", gone, noInput);
        remove("replay", at(3, 0), at(4, 0));
        hold("replay", "h", HoldScope.model());
        remove("replay", at(5, 0));

        FlushResult again = put("replay", 1, gone, noInput, Event.at("new", at(3, 20)), Event.at("newer", at(4, 20)));
        store.work("replay");

        assertThat(again.refused()).containsEntry("below_floor", 1L);
        assertThat(again.alreadyThere()).isEqualTo(1);
        assertThat(again.withoutInput()).isEqualTo(2);
        assertThat(records("replay")).isEqualTo("new newer no-input old");
        assertThat(inputs("replay")).isEqualTo("newer old");
        isAsExpected("replay");
    }

    @Test
    void ofTwoHoldsTheOneThatWasPlacedFirstDecides() throws Exception {
        empty("two");
        hold("two", "first", time(at(2, 0), at(3, 0)));
        remove("two", at(4, 0));
        hold("two", "second", HoldScope.model());

        put("two", Event.at("a", at(1, 10)), Event.at("b", at(2, 10)), Event.at("c", at(3, 10)));
        store.work("two");

        assertThat(records("two")).isEqualTo("b old");
        lift("two", "first");
        remove("two");
        put("two", Event.at("d", at(2, 20)));
        store.work("two");
        assertThat(records("two"))
                .as("b is the second one's by now, and nothing joins it")
                .isEqualTo("b old");
        isAsExpected("two");
    }

    @Test
    void storedTwiceItIsThereOnce() throws Exception {
        empty("twice");
        hold("twice", "h", HoldScope.model());
        remove("twice", at(5, 0));
        Event late = Event.at("late", at(2, 10)).largeOutput();

        assertThat(put("twice", late).inserted()).isEqualTo(1);
        assertThat(put("twice", 1, late).alreadyThere()).isEqualTo(1);
        assertThat(writer.store("twice", late.conflicting()).conflicting()).isEqualTo(1);
        remove("twice", at(6, 0));

        isAsExpected("twice");
        assertThat(inputsThatAreThere("twice", "inference_conflicts")).containsKey("late");
    }

    @Test
    void anotherHalfOfWhatIsHeldByItsIdIsStored() throws Exception {
        empty("id");
        put("id", Event.at("a", at(3, 10)));
        hold("id", "h", ids("a"));
        remove("id", at(5, 0));

        assertThat(writer.store("id", Event.at("a", at(3, 40))).inserted()).isEqualTo(1);
        assertThat(writer.store("id", Event.at("b", at(3, 40))).inserted()).isZero();
        remove("id", at(6, 0));

        assertThat(store.number("SELECT count(*) FROM visible_inferences WHERE model_id = 'id'"
                        + " AND inference_id = 'a' AND input_state = 'held'"))
                .isEqualTo(2);
        assertThat(store.sumsAreRight("id")).isTrue();
    }

    /** A model with something that no run of these tests takes. */
    private void empty(String model) throws Exception {
        store.register(model);
        put(model, Event.at("old", at(9, 0)));
    }
}
