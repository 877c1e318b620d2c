package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.StaleVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A model is taken out of the store, with what it stored but for what is held, and its id can be registered again. */
class UnregisterTest extends EraseTests {

    @Test
    void allThatItStoredGoes() throws Exception {
        store.register("all");
        writer.store(
                "all",
                Event.at("all-a", at(1, 0)),
                Event.at("all-b", at(2, 0)).largeOutput(),
                Event.at("all-c", Instant.now().plus(Duration.ofMinutes(40))));
        writer.store("all", Event.at("all-a", at(1, 0)).conflicting());
        writer.store("all", Event.at("all-a", at(1, 0)), Event.at("all-d", at(1, 5)));
        policy("all", DeleteAction.HARD, at(0, 0));

        Task task = unregister("all");
        store.work("all");

        Task end = complete(task);
        assertThat(end.figures().recordsDeleted()).isEqualTo(4);
        assertThat(end.figures().blobsDeleted()).isEqualTo(4);
        assertThat(end.unregisters()).isTrue();
        isGone("all", "all-a", "all-b", "all-c", "all-d");
        assertThat(store.keys("all")).isEmpty();
        assertThat(segments("all")).isZero();
        assertThat(store.policies.find("all")).isEmpty();
    }

    @Test
    void whileSomethingIsStoredItMustBeSaidThatItGoes() throws Exception {
        store.register("stored");
        writer.store(
                "stored",
                Event.at("stored-a", at(1, 0)),
                Event.at("stored-b", at(1, 1)).withoutInput());

        assertThatThrownBy(() -> unregistering.unregister("stored", false, Precondition.none(), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("2 records and 1 inputs");

        assertThat(registered("stored")).isTrue();
        assertThat(writer.store("stored", Event.at("stored-c", at(1, 2))).inserted())
                .as("its generation is the same")
                .isEqualTo(1);
    }

    @Test
    void withoutDataItIsDoneAtOnce() {
        store.register("empty");
        policy("empty", DeleteAction.SOFT, at(0, 0));
        Task waits = store.tasks.create("empty", new NewTask(false, null, null), "ann");

        assertThat(unregistering.unregister("empty", false, Precondition.none(), "ann"))
                .isEmpty();

        assertThat(registered("empty")).isFalse();
        assertThat(end(waits).state()).isEqualTo(TaskState.CANCELLED);
        assertThat(end(waits).error()).isEqualTo("the model was unregistered");
        assertThatThrownBy(() -> unregister("empty")).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> unregister("never")).isInstanceOf(NotFound.class);
        store.register("empty");
        assertThat(registered("empty")).isTrue();
    }

    @Test
    void onlyTheVersionThatIsAskedForIsUnregistered() throws Exception {
        store.register("version");

        assertThatThrownBy(() -> unregistering.unregister("version", true, Precondition.versionIn(Set.of(1L)), "ann"))
                .isInstanceOf(StaleVersion.class);
        assertThat(registered("version")).isTrue();
    }

    @Test
    void fromTheCallOnNothingIsStoredAndItsIdIsTaken() throws Exception {
        store.register("at-once");
        writer.store("at-once", Event.at("at-once-a", at(1, 0)));

        Task task = unregister("at-once");

        assertThat(writer.store("at-once", Event.at("at-once-b", Instant.now())).refused())
                .isEqualTo(Map.of("registered_anew", 1L));
        assertThatThrownBy(() -> store.register("at-once"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("still being erased");
        assertThatThrownBy(() -> store.tasks.cancel("at-once", task.taskId(), "ann"))
                .isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> ask("at-once", ids("at-once-a"))).isInstanceOf(NotFound.class);
        assertThat(unregister("at-once").taskId()).as("asked twice").isEqualTo(task.taskId());
        assertThat(tasks("at-once", "whole_model")).isEqualTo(1);
        ControlRecord record = record("at-once");
        assertThat(record.deleted()).isTrue();
        assertThat(record.generation()).isEqualTo(2);
        assertThat(record.policy()).isNull();
    }

    @Test
    void registeredAgainItBeginsAnew() throws Exception {
        store.register("anew");
        Event old = Event.at("anew-a", at(1, 0));
        Event ahead = Event.at("anew-b", Instant.now().plus(Duration.ofMinutes(30)));
        writer.store("anew", old, ahead);
        Task task = unregister("anew");
        store.work("anew");
        complete(task);
        ControlRecord gone = record("anew");

        store.register("anew");
        Instant now = Instant.now();

        ControlRecord record = record("anew");
        assertThat(record.version()).isGreaterThan(gone.version());
        assertThat(record.deleted()).isFalse();
        assertThat(record.generation()).isEqualTo(2);
        assertThat(writer.store("anew", old).refused()).as("accepted before").isEqualTo(Map.of("registered_anew", 1L));
        assertThat(writer.store("anew", old.ofGeneration(2), ahead.ofGeneration(2))
                        .refused())
                .as("read again from Kafka")
                .isEqualTo(Map.of("below_floor", 2L));
        Event newer = Event.at("anew-c", now.plus(Duration.ofMinutes(45))).ofGeneration(2);
        assertThat(writer.store("anew", newer).inserted()).isEqualTo(1);
        assertThat(intact("anew")).containsExactly("anew-c");
        assertThat(store.visible("anew")).isEqualTo(1);
        assertThat(store.sumsAreRight("anew")).isTrue();
    }

    @Test
    void withoutDataTooWhatWasBeforeCannotComeBack() throws Exception {
        store.register("bare");
        unregistering.unregister("bare", false, Precondition.none(), "ann");
        store.register("bare");

        assertThat(writer.store("bare", Event.at("bare-a", at(1, 0)).ofGeneration(2))
                        .refused())
                .isEqualTo(Map.of("below_floor", 1L));
        assertThat(writer.store(
                                "bare",
                                Event.at("bare-b", Instant.now().plusSeconds(60))
                                        .ofGeneration(2))
                        .inserted())
                .isEqualTo(1);
    }

    @Test
    void whatIsHeldStaysUntilTheHoldIsLifted() throws Exception {
        store.register("held");
        writer.store(
                "held",
                Event.at("held-a", at(1, 0)).largeOutput(),
                Event.at("held-b", at(1, 1)).largeOutput(),
                Event.at("held-c", at(3, 0)));
        hold("held", "held-b");

        Task task = unregister("held");
        store.work("held");

        assertThat(complete(task).held()).isEqualTo(1);
        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(2);
        isGone("held", "held-a", "held-c");
        assertThat(intact("held")).containsExactly("held-b");
        assertThatThrownBy(() -> unregister("held")).isInstanceOf(NotFound.class);

        holds.lift("held", "h", "ann");
        assertThat(store.planner.known())
                .filteredOn(known -> known.modelId().equals("held"))
                .singleElement()
                .matches(Planner.Known::due);
        assertThat(store.plan("held")).isEqualTo(1);
        store.work("held");

        isGone("held", "held-b");
        assertThat(store.keys("held")).isEmpty();
        assertThat(store.plan("held")).isZero();
        assertThat(store.planner.known()).noneMatch(known -> known.modelId().equals("held"));
    }

    @Test
    void unregisteredASecondTimeWhatIsStillHeldStays() throws Exception {
        store.register("second");
        writer.store("second", Event.at("second-a", at(1, 0)), Event.at("second-b", at(1, 1)));
        holds.place("second", "h", "a case", HoldScope.inferences(List.of("second-a")), "ann");
        unregister("second");
        store.work("second");
        store.register("second");
        Instant ahead = Instant.now().plus(Duration.ofMinutes(30));
        writer.store("second", Event.at("second-c", ahead).ofGeneration(2));
        assertThat(intact("second")).containsExactly("second-a", "second-c");

        Task task = unregister("second");
        store.work("second");

        assertThat(complete(task).figures().recordsDeleted()).isEqualTo(1);
        assertThat(intact("second")).containsExactly("second-a");
        isGone("second", "second-b", "second-c");
        assertThat(record("second").generation()).isEqualTo(3);
    }

    private Task unregister(String model) {
        return unregistering.unregister(model, true, Precondition.none(), "ann").orElseThrow();
    }

    private boolean registered(String model) {
        return new ModelRegistry(store.database).find(model).isPresent();
    }

    private ControlRecord record(String model) {
        return new ModelRegistry(store.database)
                .loadAll().stream()
                        .filter(record -> record.modelId().equals(model))
                        .findAny()
                        .orElseThrow();
    }
}
