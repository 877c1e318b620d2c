package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.registration.Precondition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hold kept below the floor goes once the hold is lifted, and once only; until then it can be held again. */
class LeftBehindTest extends HoldTests {

    @Test
    void itIsHiddenAtOnceAndGoesWithTheNextRun() throws Exception {
        kept("next");
        lift("next", "h");
        assertThat(store.visible("next")).isEqualTo(2);
        isAsExpected("next");

        Task dry = store.run("next", new NewTask(true, null, null));
        Matched preview = store.policies
                .preview(
                        "next",
                        store.policies.find("next").orElseThrow().policy().terms())
                .matched();
        Task task = remove("next");

        assertThat(task.figures().recordsDeleted()).isEqualTo(5);
        assertThat(task.figures().blobsDeleted()).isEqualTo(4);
        assertThat(dry.figures().recordsMatched()).isEqualTo(5);
        assertThat(dry.figures().blobsMatched()).isEqualTo(4);
        assertThat(dry.figures().bytes()).isEqualTo(task.figures().bytes());
        assertThat(preview.records())
                .as("a preview says what a run would remove")
                .isEqualTo(5);
        assertThat(preview.blobs()).isEqualTo(4);
        assertThat(preview.bytes()).isEqualTo(task.figures().bytes());
        for (Task each : List.of(dry, task)) {
            assertThat(each.figures().oldest()).isEqualTo(at(2, 20));
            assertThat(each.figures().newest()).isEqualTo(at(5, 10));
        }
        isAsExpected("next");
    }

    @Test
    void heldAgainBeforeThatItStays() throws Exception {
        kept("again");
        lift("again", "h");
        hold("again", "i", ids("e", "f"));
        isAsExpected("again");

        assertThat(remove("again").figures().recordsDeleted()).isEqualTo(3);
        assertThat(records("again")).isEqualTo("e f k l");
        isAsExpected("again");
        lift("again", "i");
        assertThat(remove("again").figures().recordsDeleted()).isEqualTo(2);
        isAsExpected("again");
    }

    @Test
    void heldAgainUnderTheSameNameItStays() throws Exception {
        kept("same");
        lift("same", "h");
        hold("same", "h", time(at(2, 15), at(5, 15)));

        assertThat(remove("same").figures().recordsDeleted()).isZero();
        assertThat(records("same")).isEqualTo("e f g h i k l");
        isAsExpected("same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soft", "manual", "keeps", "none", "deleted"})
    void whereNothingElseRemovesItGoesOnceTheGraceIsOver(String policy) throws Exception {
        String model = "grace-" + policy;
        kept(model);
        switch (policy) {
            case "soft" -> policy(model, DeleteAction.SOFT, at(5, 30));
            case "keeps" -> policy(model, DeleteAction.HARD, null);
            case "none" -> store.policies.delete(model, Precondition.none(), "ann");
            case "deleted" -> {
                store.policies.delete(model, Precondition.none(), "ann");
                policy(model, DeleteAction.SOFT, null);
                store.policies.delete(model, Precondition.none(), "ann");
            }
            default -> {}
        }
        lift(model, "h");

        assertThat(known(model)).isFalse();
        assertThat(store.plan(model)).as("it can still be held again").isZero();
        endHoldGrace(model);
        assertThat(known(model)).isTrue();
        assertThat(removeLeftBehind(model)).isEqualTo(1);

        Task purge = only(model, "trigger = 'purge'");
        assertThat(purge.state()).as(purge.error()).isEqualTo(TaskState.COMPLETE);
        assertThat(purge.policyVersion()).isNull();
        assertThat(purge.figures().recordsDeleted()).isEqualTo(5);
        assertThat(purge.figures().recordsMatched()).isEqualTo(5);
        assertThat(purge.figures().blobsDeleted()).isEqualTo(4);
        isAsExpected(model);
        assertThat(known(model)).isFalse();
        assertThat(removeLeftBehind(model)).isZero();
    }

    @Test
    void anAutomatedRunIsMadeForItAndNoOtherAfterwards() throws Exception {
        fill("automated");
        hold("automated", "h", time(at(2, 15), at(5, 15)));
        hourly("automated", DeleteAction.HARD, at(5, 30));
        assertThat(ranByItself("automated")).isEqualTo(1);
        assertThat(ranByItself("automated")).as("what is held is not due").isZero();
        isAsExpected("automated");

        lift("automated", "h");
        assertThat(ranByItself("automated")).isEqualTo(1);

        assertThat(records("automated")).isEqualTo("k l");
        isAsExpected("automated");
        assertThat(ranByItself("automated")).isZero();
        assertThat(store.number("SELECT sum(records_deleted) FROM retention_tasks WHERE model_id = 'automated'"))
                .isEqualTo(10);
    }

    @Test
    void aHoldOfWhatIsNotThereMakesOneRunAtMost() throws Exception {
        fill("nothing");
        hold("nothing", "h", time(at(7, 0), at(8, 0)));
        hourly("nothing", DeleteAction.HARD, at(5, 30));
        ranByItself("nothing");
        lift("nothing", "h");

        assertThat(ranByItself("nothing")).isZero();
    }

    @Test
    void itsPurgeObeysACancelAndIsMadeAgain() throws Exception {
        kept("cancelled");
        policy("cancelled", DeleteAction.SOFT, at(5, 30));
        lift("cancelled", "h");
        endHoldGrace("cancelled");
        store.plan("cancelled");
        Task purge = only("cancelled", "trigger = 'purge'");
        store.tasks.cancel("cancelled", purge.taskId(), "ann");
        store.work("cancelled");
        assertThat(store.tasks.read("cancelled", purge.taskId()).state()).isEqualTo(TaskState.CANCELLED);
        isAsExpected("cancelled");

        hold("cancelled", "i", HoldScope.model());
        removeLeftBehind("cancelled");

        assertThat(records("cancelled")).isEqualTo("e f g h i k l");
        isAsExpected("cancelled");
    }

    @Test
    void ofAModelThatIsUnregisteredItGoesAtOnce() throws Exception {
        kept("unregistered");
        new Unregistering(store.database).unregister("unregistered", true, Precondition.none(), "ann");
        store.work("unregistered");
        assertThat(rows("unregistered")).containsExactly("e", "f", "g", "h", "i");
        holds.lift("unregistered", "h", "ann");

        assertThat(known("unregistered"))
                .as("somebody comes for it without waiting for the grace")
                .isTrue();
        assertThat(store.plan("unregistered")).isEqualTo(1);
        store.work("unregistered");

        assertThat(only("unregistered", "trigger = '" + Trigger.PURGE.text() + "'")
                        .figures()
                        .recordsDeleted())
                .isEqualTo(5);
        assertThat(rows("unregistered")).isEmpty();
        assertThat(store.keys("unregistered")).isEmpty();
        assertThat(known("unregistered")).isFalse();
        assertThat(store.plan("unregistered")).isZero();
    }

    /** e, f, g, h and i are held, g has no input; the rest below half past five is gone. */
    private void kept(String model) throws Exception {
        fill(model);
        hold(model, "h", time(at(2, 15), at(5, 15)));
        remove(model, at(5, 30));
        assertThat(records(model)).isEqualTo("e f g h i k l");
    }

    private boolean known(String model) {
        return store.planner.known().stream().anyMatch(known -> known.modelId().equals(model) && known.due());
    }

    /** The time of the next run comes; how many tasks were made for it. */
    private int ranByItself(String model) {
        due(model);
        int made = store.planner.plan(
                List.of(model), RetentionStore.micros(Instant.now().minus(Duration.ofSeconds(1))));
        store.work(model);
        expected(model).remove(floors(model).hard());
        return made;
    }
}
