package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import org.junit.jupiter.api.Test;

/** Segments that hold something that goes and something that stays are overwritten where they stand. */
class StraddlingSegmentTest extends RetentionTests {

    @Test
    void whatStaysIsReadAtItsPlaceAndNoByteOfTheRestIsLeft() throws Exception {
        store.register("cut");
        String longId = "long".repeat(40);
        writer.store(
                "cut",
                Event.at("a", at(2, 10)),
                Event.at("b", at(2, 40)),
                Event.at("c", at(2, 20)),
                Event.at(longId, at(2, 5)),
                Event.at("d", at(2, 50)));
        String before = store.keys("cut").get(0);
        policy("cut", DeleteAction.HARD, null, at(2, 30));

        Task task = store.run("cut");

        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().blobsDeleted()).isEqualTo(3);
        assertThat(task.figures().objects()).isZero();
        assertThat(store.keys("cut")).containsExactly(before);
        assertThat(store.readable("cut"))
                .containsOnlyKeys("b", "d")
                .containsEntry("b", "the input of b;")
                .containsEntry("d", "the input of d;");
        assertThat(bucket("cut")).doesNotContain("input of a", "input of c", "long");
        assertThat(store.inputs("cut", "expired")).isEqualTo(3);
        assertThat(unfinished("cut")).isZero();
        assertThat(store.sumsAreRight("cut")).isTrue();
    }

    @Test
    void anHourIsCutAgainAndAgain() throws Exception {
        store.register("again");
        writer.store(
                "again",
                Event.at("a", at(2, 10)),
                Event.at("b", at(2, 20)),
                Event.at("c", at(2, 30)),
                Event.at("d", at(2, 40)));
        for (int minute : new int[] {15, 25, 35}) {
            policy("again", DeleteAction.HARD, at(2, minute - 10), at(2, minute));
            assertThat(store.run("again").state()).isEqualTo(TaskState.COMPLETE);
            assertThat(store.sumsAreRight("again")).isTrue();
        }

        assertThat(store.readable("again")).containsOnlyKeys("d");
        assertThat(store.stored("again")).isEqualTo(2);
        assertThat(bucket("again")).doesNotContain("input of a", "input of b", "input of c");
        policy("again", DeleteAction.HARD, at(3, 10));
        assertThat(store.run("again").figures().recordsDeleted()).isEqualTo(2);
        assertThat(store.keys("again")).isEmpty();
        assertThat(segments("again")).isZero();
    }

    @Test
    void aCopyThatWasStoredTwiceGoesToo() throws Exception {
        store.register("twice");
        writer.store("twice", Event.at("a", at(2, 10)));
        writer.store("twice", Event.at("a", at(2, 10)), Event.at("b", at(2, 40)));
        policy("twice", DeleteAction.HARD, at(2, 30));

        store.run("twice");

        assertThat(bucket("twice")).doesNotContain("input of a").contains("the input of b;");
        assertThat(store.readable("twice")).containsOnlyKeys("b");
    }

    @Test
    void anInputThatComesLateIsTakenOutOfItsSegment() throws Exception {
        store.register("late");
        policy("late", DeleteAction.HARD, at(1, 0), at(2, 30));
        store.run("late");

        assertThat(writer.store("late", Event.at("a", at(2, 10)), Event.at("b", at(2, 40)))
                        .withoutInput())
                .isEqualTo(1);
        assertThat(unfinished("late")).isEqualTo(1);
        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("late"))
                .singleElement()
                .matches(Planner.Known::waits);
        store.work("late");

        assertThat(unfinished("late")).isZero();
        assertThat(bucket("late")).doesNotContain("input of a").contains("the input of b;");
        assertThat(store.visible("late")).isEqualTo(2);
        assertThat(store.inputs("late", "expired")).isEqualTo(1);
        assertThat(store.sumsAreRight("late")).isTrue();
    }

    @Test
    void aRecordThatComesLateIsRefusedAndTakenOutOfItsSegment() throws Exception {
        store.register("refused");
        policy("refused", DeleteAction.HARD, at(2, 30));
        store.run("refused");

        assertThat(writer.store(
                                "refused",
                                Event.at("a", at(2, 10)).largeOutput(),
                                Event.at("b", at(2, 40)).largeOutput())
                        .refused())
                .containsEntry("below_floor", 1L);
        store.work("refused");

        assertThat(bucket("refused"))
                .doesNotContain("input of a", "output of a")
                .contains("the input of b;", "the output of b;");
        assertThat(unfinished("refused")).isZero();
        assertThat(store.sumsAreRight("refused")).isTrue();
    }

    @Test
    void aConflictingCopyInTheSameHourIsKeptAndReadable() throws Exception {
        store.register("conflict");
        writer.store("conflict", Event.at("a", at(2, 10)), Event.at("b", at(2, 40)));
        writer.store(
                "conflict",
                Event.at("a", at(2, 10)).conflicting(),
                Event.at("b", at(2, 40)).conflicting());
        policy("conflict", DeleteAction.HARD, at(2, 30));

        store.run("conflict");

        assertThat(bucket("conflict"))
                .contains("the input of b;", "another input of b;")
                .doesNotContain("input of a");
    }

    @Test
    void whatSharesAnObjectWithWhatGoesStays() throws Exception {
        store.register("merged");
        writer.store("merged", Event.at("a", at(2, 10)));
        writer.store("merged", Event.at("b", at(2, 20)));
        writer.store("merged", Event.at("c", at(2, 40)));
        writer.store("merged", Event.at("d", at(2, 50)));
        writer.merge("merged");
        assertThat(store.readable("merged")).hasSize(4).containsEntry("d", "the input of d;");
        policy("merged", DeleteAction.HARD, at(2, 30));

        Task task = store.run("merged");

        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.figures().blobsDeleted()).isEqualTo(2);
        assertThat(store.readable("merged")).containsOnlyKeys("c", "d").containsEntry("c", "the input of c;");
        assertThat(bucket("merged")).doesNotContain("input of a", "input of b");
        assertThat(segments("merged")).isEqualTo(2);
        policy("merged", DeleteAction.HARD, at(3, 30));
        store.run("merged");
        assertThat(store.keys("merged")).isEmpty();
        assertThat(segments("merged")).isZero();
    }
}
