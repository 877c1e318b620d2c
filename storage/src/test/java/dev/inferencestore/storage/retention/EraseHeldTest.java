package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is held is not erased, whole inferences at a time, and is counted. */
class EraseHeldTest extends EraseTests {

    @Test
    void nothingIsErasedWhereSomethingIsHeldUnlessThatIsToBeLeft() throws Exception {
        store.register("asks");
        writer.store("asks", Event.at("asks-a", at(1, 0)), Event.at("asks-b", at(1, 1)), Event.at("asks-c", at(1, 2)));
        hold("asks", "asks-a", "asks-b");

        assertThatThrownBy(() -> ask("asks", ids("asks-a", "asks-b", "asks-c")))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("2 of the inferences");
        assertThatThrownBy(() -> erasures.eraseOne("asks", "asks-a", "ann")).isInstanceOf(Conflict.class);
        assertThat(tasks("asks", "true")).isZero();
        Task task = askButHeld("asks", ids("asks-a", "asks-b", "asks-c"));
        store.work("asks");

        assertThat(complete(task).held()).isEqualTo(2);
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(1);
        assertThat(receipt(task)).singleElement().matches(item -> item.inferenceId()
                .equals("asks-c"));
        isGone("asks", "asks-c");
        assertThat(intact("asks")).containsExactly("asks-a", "asks-b");
    }

    @Test
    void anInferenceOfWhichAHalfIsHeldIsHeld() throws Exception {
        store.register("half");
        writer.store(
                "half",
                Event.request("half-a", at(1, 0)),
                Event.response("half-a", at(3, 0)),
                Event.at("half-b", at(1, 1)));
        holds.place(
                "half",
                "h",
                "a case",
                HoldScope.time(new Span(RetentionStore.micros(at(3, 0)), RetentionStore.micros(at(3, 1)))),
                "ann");

        assertThatThrownBy(() -> ask("half", between(at(1, 0), at(2, 0)))).isInstanceOf(Conflict.class);
        Task task = askButHeld("half", between(at(1, 0), at(2, 0)));
        store.work("half");

        assertThat(complete(task).held()).as("both halves").isEqualTo(2);
        isGone("half", "half-b");
        assertThat(rows("half", "half-a")).isEqualTo(2);
        assertThat(intact("half")).containsExactly("half-a");
    }

    @Test
    void whatIsHeldIsCountedOnceWhereverBatchesEnd() throws Exception {
        store.register("many");
        Set<String> held = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            // Each at three times, so that later batches of three rows meet it again.
            String id = "many-" + (char) ('a' + i);
            writer.store("many", Event.at(id, at(1, i)), Event.at(id, at(2, 11 - i)), Event.at(id, at(3, i)));
            if (i % 3 != 1) {
                held.add(id);
            }
        }
        hold("many", held.toArray(String[]::new));
        Task dry = dryRun("many", between(at(1, 0), at(5, 0)));

        Task task = askButHeld("many", between(at(1, 0), at(5, 0)));
        store.work("many");

        assertThat(complete(task).held()).isEqualTo(24).isEqualTo(dry.held());
        assertThat(complete(task).figures().recordsDeleted())
                .isEqualTo(12)
                .isEqualTo(dry.figures().recordsMatched());
        isGone("many", "many-b", "many-e", "many-h", "many-k");
        assertThat(intact("many")).isEqualTo(held);
    }

    @Test
    void whatIsHeldWhileItGoesOnIsLeftAndCounted() throws Exception {
        store.register("meanwhile");
        for (int i = 0; i < 6; i++) {
            writer.store("meanwhile", Event.at("meanwhile-" + (char) ('a' + i), at(1, i)));
        }
        Task task = ask("meanwhile", between(at(1, 0), at(2, 0)));

        workMeanwhile("meanwhile", RunListener.Step.TOMBSTONED, 1, () -> hold("meanwhile", "meanwhile-e"));

        assertThat(complete(task).held()).isEqualTo(1);
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(5);
        assertThat(intact("meanwhile")).containsExactly("meanwhile-e");
        isGone("meanwhile", "meanwhile-a", "meanwhile-f");
        assertThat(writer.store("meanwhile", Event.at("meanwhile-e", at(1, 4))).alreadyThere())
                .as("no tombstone")
                .isEqualTo(1);
    }

    @Test
    void aHoldThatComesAfterTheTombstonesIsTooLate() throws Exception {
        store.register("toolate");
        writer.store("toolate", Event.at("toolate-a", at(1, 0)), Event.at("toolate-b", at(1, 1)));
        Task task = ask("toolate", ids("toolate-a"));

        workMeanwhile(
                "toolate", RunListener.Step.TOMBSTONED, 1, () -> assertThatThrownBy(() -> hold("toolate", "toolate-a"))
                        .isInstanceOf(Invalid.class)
                        .hasMessageContaining("being erased"));

        assertThat(complete(task).held()).isZero();
        isGone("toolate", "toolate-a");
        assertThat(writer.store("toolate", Event.at("toolate-a", at(1, 0))).refused())
                .containsKey("erased");
    }
}
