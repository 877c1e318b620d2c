package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.storage.hold.HoldScope;
import org.junit.jupiter.api.Test;

/** What is held and what goes stand in the same segments and objects. */
class HeldBytesTest extends HoldTests {

    @Test
    void aSegmentIsOverwrittenAroundWhatIsHeld() throws Exception {
        one("around", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)), Event.at("c", at(2, 30)));
        hold("around", "h", ids("b"));
        String key = store.keys("around").get(0);

        Task task = remove("around", at(4, 0));

        assertThat(store.keys("around")).containsExactly(key);
        assertThat(task.figures().objects()).isZero();
        assertThat(task.figures().objectsRewritten()).isEqualTo(1);
        isAsExpected("around");
    }

    @Test
    void aSegmentThatIsHeldWholeIsNotTouched() throws Exception {
        one("whole", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)), Event.at("c", at(3, 30)));
        hold("whole", "h", time(at(2, 0), at(3, 0)));

        Task task = remove("whole", at(4, 0));

        assertThat(task.figures().objectsRewritten()).isZero();
        assertThat(task.figures().objects()).isEqualTo(1);
        isAsExpected("whole");
    }

    @Test
    void aSegmentThatStraddlesCutoffsLosesWhatIsBelowAndNotHeld() throws Exception {
        one(
                "cut",
                Event.at("a", at(2, 10)).largeOutput(),
                Event.at("b", at(2, 20)).largeOutput(),
                Event.at("c", at(2, 30)).largeOutput(),
                Event.at("d", at(2, 40)).largeOutput(),
                Event.at("e", at(2, 50)).largeOutput());
        hold("cut", "h", ids("b", "d"));

        for (int minute : new int[] {15, 25, 35, 45}) {
            remove("cut", at(2, minute - 10), at(2, minute));
            isAsExpected("cut");
        }
        assertThat(inputs("cut")).isEqualTo("b d e");
        assertThat(records("cut")).isEqualTo("b d e");
        remove("cut", at(3, 0));
        assertThat(inputs("cut")).isEqualTo("b d");
        isAsExpected("cut");
        lift("cut", "h");
        remove("cut");
        assertThat(store.keys("cut")).isEmpty();
        assertThat(segments("cut")).isZero();
        isAsExpected("cut");
    }

    @Test
    void segmentsOfOneObjectGoEachByItself() throws Exception {
        store.register("merged");
        put("merged", Event.at("a", at(2, 10)), Event.at("b", at(2, 15)));
        put("merged", Event.at("c", at(2, 20)));
        put("merged", Event.at("d", at(2, 40)), Event.at("e", at(2, 45)));
        put("merged", Event.at("f", at(2, 50)));
        writer.merge("merged");
        hold("merged", "h", ids("b"));
        hold("merged", "i", time(at(2, 40), at(2, 50)));

        remove("merged", at(4, 0));

        assertThat(inputs("merged")).isEqualTo("b d e");
        assertThat(segments("merged")).isEqualTo(2);
        isAsExpected("merged");
        lift("merged", "h");
        remove("merged");
        assertThat(inputs("merged")).isEqualTo("d e");
        isAsExpected("merged");
        lift("merged", "i");
        remove("merged");
        assertThat(store.keys("merged")).isEmpty();
        assertThat(segments("merged")).isZero();
    }

    @Test
    void conflictsAreHeldAndRemovedWithTheirInferences() throws Exception {
        store.register("conflict");
        put("conflict", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)));
        writer.store(
                "conflict",
                Event.at("a", at(2, 10)).conflicting(),
                Event.at("b", at(2, 20)).conflicting());
        hold("conflict", "h", ids("a"));

        remove("conflict", at(4, 0));

        isAsExpected("conflict");
        assertThat(inputsThatAreThere("conflict", "inference_conflicts"))
                .containsOnlyKeys("a")
                .containsEntry("a", "another input of a;");
        assertThat(bucket("conflict")).doesNotContain("input of b");
        lift("conflict", "h");
        remove("conflict");
        assertThat(store.keys("conflict")).isEmpty();
        assertThat(store.number("SELECT count(*) FROM inference_conflicts WHERE model_id = 'conflict'"))
                .isZero();
    }

    @Test
    void aConflictThatATimeHoldsStaysInASegmentOfItsOwn() throws Exception {
        store.register("conflict-time");
        put("conflict-time", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)));
        writer.store("conflict-time", Event.at("a", at(2, 10)).conflicting());
        writer.store(
                "conflict-time",
                Event.at("b", at(2, 20)).conflicting(),
                Event.at("a", at(2, 10)).conflicting());
        hold("conflict-time", "h", time(at(2, 20), at(2, 21)));

        remove("conflict-time", at(3, 0), at(4, 0));

        isAsExpected("conflict-time");
        assertThat(bucket("conflict-time")).contains("another input of b;").doesNotContain("input of a");
    }

    @Test
    void aLargeOutputFollowsItsRecordAndAnInputItsOwnFloor() throws Exception {
        one(
                "outputs",
                Event.at("a", at(2, 10)).largeOutput(),
                Event.at("b", at(2, 20)).largeOutput().withoutInput(),
                Event.at("c", at(2, 30)).largeOutput(),
                Event.at("d", at(3, 10)).largeOutput());
        hold("outputs", "h", ids("b"));

        remove("outputs", null, at(4, 0));
        isAsExpected("outputs");
        hold("outputs", "i", ids("c"));
        remove("outputs", at(4, 0));

        assertThat(records("outputs")).isEqualTo("b c");
        assertThat(inputs("outputs")).as("it was gone when it was held").isEmpty();
        isAsExpected("outputs");
    }

    @Test
    void aCopyOfWhatIsHeldGoesWithTheSegmentItIsIn() throws Exception {
        store.register("copies");
        put("copies", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)));
        put("copies", Event.at("a", at(2, 10)), Event.at("c", at(2, 30)));
        hold("copies", "h", ids("a"));

        remove("copies", at(4, 0));

        isAsExpected("copies");
        assertThat(bucket("copies")).containsOnlyOnce("the input of a;");
        assertThat(segments("copies")).isEqualTo(1);
    }

    @Test
    void twoHoldsThatTogetherKeepASegmentKeepIt() throws Exception {
        one("both", Event.at("a", at(2, 10)), Event.at("b", at(2, 20)), Event.at("c", at(2, 30)));
        hold("both", "h", time(at(2, 0), at(2, 15)));
        hold("both", "i", time(at(2, 15), at(2, 31)));

        remove("both", at(4, 0));

        assertThat(inputs("both")).isEqualTo("a b c");
        isAsExpected("both");
    }

    @Test
    void aHoldOfTheModelKeepsWhatComesLater() throws Exception {
        one("later", Event.at("a", at(2, 10)));
        hold("later", "h", HoldScope.model());
        remove("later", at(4, 0));
        put("later", Event.at("b", at(4, 10)));

        remove("later", at(5, 0));

        assertThat(records("later")).isEqualTo("a b");
        isAsExpected("later");
    }

    private void one(String model, Event... events) throws Exception {
        store.register(model);
        put(model, events);
    }
}
