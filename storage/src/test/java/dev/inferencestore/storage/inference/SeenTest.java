package dev.inferencestore.storage.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.Erasures;
import dev.inferencestore.storage.retention.Event;
import dev.inferencestore.storage.retention.NewTask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What floors, holds and erasures leave to be seen, and that counts say the same as lists. */
class SeenTest extends ReadTests {

    @Test
    void nothingBelowTheFloorButWhatIsHeld() throws Exception {
        stored(
                "floor",
                Event.at("old", at(0)),
                Event.request("cut", at(1)),
                Event.at("held", at(2)),
                Event.response("cut", at(200)),
                Event.at("new", at(201)));
        hold("floor", "held");

        run("floor", DeleteAction.SOFT, at(100), at(100));

        assertThat(ids("floor", InferenceFilter.ALL)).containsExactly("held", "cut", "new");
        assertThat(list("floor", all(10)).get(1).part().text()).isEqualTo("response");
        assertThat(count("floor", InferenceFilter.ALL)).isEqualTo(3);
        assertThat(count("floor", between(at(0), at(100)))).isEqualTo(1);
        assertThatThrownBy(() -> inferences.read("floor", "old", null)).isInstanceOf(NotFound.class);
        assertThat(inferences.read("floor", "held", null).first().inputState()).isEqualTo(InputState.HELD);
    }

    @Test
    void inputsThatHaveExpiredAndTheirBytes() throws Exception {
        stored(
                "inputs",
                Event.at("a", at(0)),
                Event.at("b", at(200)),
                Event.at("c", at(201)).withoutInput());

        assertThat(bytes("inputs", "a")).isEqualTo("the input of a;");
        run("inputs", DeleteAction.SOFT, null, at(100));
        assertThat(state("inputs", "a")).isEqualTo(InputState.EXPIRED);
        run("inputs", DeleteAction.HARD, null, at(100));

        assertThat(state("inputs", "a")).isEqualTo(InputState.EXPIRED);
        assertThat(inferences.read("inputs", "a", null).first().inputAt()).isNull();
        assertThat(inferences.read("inputs", "a", null).first().inputSize()).isEqualTo(15);
        assertThat(state("inputs", "b")).isEqualTo(InputState.AVAILABLE);
        assertThat(bytes("inputs", "b")).isEqualTo("the input of b;");
        assertThat(state("inputs", "c")).isEqualTo(InputState.NONE);
    }

    @Test
    void whatWasErasedIsSaidToBe() throws Exception {
        stored("erased", Event.request("a", at(0)), Event.at("b", at(1)));
        new Erasures(store.database).eraseOne("erased", "a", "ann");
        store.work("erased");

        assertThatThrownBy(() -> inferences.read("erased", "a", null))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("was erased on request");
        writer.store("erased", Event.response("a", Instant.now().plus(Duration.ofMinutes(5))));
        assertThat(state("erased", "a")).isEqualTo(InputState.ERASED);
        assertThat(count("erased", InferenceFilter.ALL)).isEqualTo(2);
    }

    @Test
    void aLargeOutputIsNotInLists() throws Exception {
        stored("large", Event.at("a", at(0)).largeOutput(), Event.at("b", at(1)));

        StoredHalf large = list("large", all(10)).get(0).answer();
        assertThat(large.output()).isNull();
        assertThat(large.outputAt()).isNotNull();
        try (var stream = store.objects.open(
                large.outputAt().key(),
                large.outputAt().from(),
                large.outputAt().size())) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("\"the output of a;\"");
        }
        assertThat(inferences.read("large", "b", null).answer().output())
                .isEqualTo("\"output of b\"".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPageEndsWhenItHasLookedAtEnough() throws Exception {
        Event[] events = new Event[500];
        for (int i = 0; i < events.length; i++) {
            events[i] = Event.at("id-" + i, at(0).plusMillis(i)).withoutInput().action(i == 499 ? "rare" : "often");
        }
        stored("bounded", events);
        InferenceFilter rare = new InferenceFilter(List.of(), null, null, "rare", null);
        Budget little = new Budget(200, Duration.ofSeconds(60), System::nanoTime);

        InferencePage first = inferences.page("bounded", query(rare, null, false, 10), little);
        assertThat(first.items()).isEmpty();
        assertThat(first.next().inferenceId()).isEqualTo("id-199");
        InferenceCount counted = inferences.count(
                "bounded",
                query(rare, null, false, 10).from(first.next()),
                new Budget(200, Duration.ofSeconds(60), System::nanoTime));
        assertThat(counted.count()).isZero();
        assertThat(counted.next().inferenceId()).isEqualTo("id-399");
        assertThat(ids("bounded", query(rare, null, false, 10))).containsExactly("id-499");

        long[] clock = {0};
        Budget noTime = new Budget(1_000_000, Duration.ofSeconds(2), () -> clock[0] += 1_500_000_000L);
        InferencePage late = inferences.page("bounded", query(rare, null, false, 10), noTime);
        assertThat(late.next()).isNotNull();
    }

    @Test
    void metadataIsAddedToAndTheSendersStays() throws Exception {
        stored(
                "meta",
                Event.at("a", at(0)).metadata("{\"said\":1}"),
                Event.at("b", at(1)).metadata(null));
        MetadataAdditions additions = new MetadataAdditions(store.database);

        additions.add("meta", "a", null, change("{\"label\":\"cat\",\"by\":\"ann\"}", "label", "by"), "ann");
        additions.add("meta", "a", null, change("{\"label\":\"dog\"}", "label"), "ann");
        StoredInference end = additions.add(
                "meta", "a", null, new MetadataAdditions.Change("{}", Set.of(), Set.of("by", "never")), "ann");
        additions.add("meta", "b", null, change("{\"label\":\"dog\"}", "label"), "ann");

        assertThat(end.first().metadata()).isEqualTo("{\"said\": 1, \"label\": \"dog\"}");
        assertThatThrownBy(() -> additions.add("meta", "a", null, change("{\"said\":2}", "said"), "ann"))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("said");
        String large = "{\"x\":\"" + "x".repeat(65_536) + "\"}";
        assertThatThrownBy(() -> additions.add("meta", "a", null, change(large, "x"), "ann"))
                .isInstanceOf(Invalid.class);
        assertThatThrownBy(() -> additions.add("meta", "z", null, change("{}"), "ann"))
                .isInstanceOf(NotFound.class);
        assertThat(ids("meta", new InferenceFilter(List.of(), null, null, null, "{\"label\":\"dog\"}")))
                .containsExactly("a", "b");
        assertThat(store.number("SELECT count(*) FROM audit_log WHERE action = 'inference.metadata'"
                        + " AND model_id = 'meta' AND after::text NOT LIKE '%dog%'"))
                .isEqualTo(4);
        // What the sender said counts when it comes again: it is there already.
        writer.store("meta", Event.at("a", at(0)).metadata("{\"said\":1}"));
        assertThat(store.number("SELECT count(*) FROM inference_conflicts WHERE model_id = 'meta'"))
                .isZero();
        assertThat(inferences.read("meta", "a", null).first().metadata()).contains("dog");
    }

    private static MetadataAdditions.Change change(String values, String... keys) {
        return new MetadataAdditions.Change(values, Set.of(keys), Set.of());
    }

    private void hold(String model, String id) {
        new LegalHolds(store.database).place(model, "h", "why", HoldScope.inferences(List.of(id)), "ann");
    }

    private void run(String model, DeleteAction action, Instant records, Instant inputs) {
        store.policy(
                model,
                records == null ? null : Duration.between(records, Instant.now()),
                Duration.between(inputs, Instant.now()),
                action,
                Duration.ZERO);
        store.run(model, new NewTask(false, null, null));
    }

    private static InferenceFilter between(Instant from, Instant to) {
        return new InferenceFilter(
                List.of(), from.getEpochSecond() * 1_000_000, to.getEpochSecond() * 1_000_000, null, null);
    }

    private InputState state(String model, String id) {
        return inferences.read(model, id, null).first().inputState();
    }

    private String bytes(String model, String id) throws Exception {
        Located at = inferences.read(model, id, null).first().inputAt();
        try (var stream = store.objects.open(at.key(), at.from(), at.size())) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
