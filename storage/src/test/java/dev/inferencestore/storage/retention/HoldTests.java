package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.FlushResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;

/** Models with holds, each beside a {@link HeldModel} that says what should be there. */
abstract class HoldTests extends RetentionTests {
    private final Map<String, HeldModel> models = new HashMap<>();
    private final Fingerprint fingerprint = new Fingerprint();
    LegalHolds holds;

    @BeforeAll
    void openHolds() {
        holds = new LegalHolds(store.database);
    }

    HeldModel expected(String model) {
        return models.computeIfAbsent(model, any -> new HeldModel());
    }

    FlushResult put(String model, Event... events) throws Exception {
        return put(model, 0, events);
    }

    FlushResult put(String model, int slot, Event... events) throws Exception {
        expected(model).store(events);
        return writer.store(model, slot, events);
    }

    LegalHolds.Change hold(String model, String hold, HoldScope scope) {
        LegalHolds.Change change = holds.place(model, hold, "a case", scope, "ann");
        expected(model).place(hold, scope);
        return change;
    }

    void lift(String model, String hold) {
        holds.lift(model, hold, "ann");
        expected(model).lift(hold);
    }

    static HoldScope ids(String... ids) {
        return HoldScope.inferences(List.of(ids));
    }

    /** What is between two event times. */
    static HoldScope time(Instant from, Instant to) {
        return HoldScope.time(new Span(RetentionStore.micros(from), RetentionStore.micros(to)));
    }

    /** Ten inferences below half past five, one of them without an input; two above, one of them in the same segment. */
    void fill(String model) throws Exception {
        store.register(model);
        put(
                model,
                Event.at("a", at(0, 10)),
                Event.at("b", at(0, 10)),
                Event.at("c", at(1, 10)).largeOutput(),
                Event.at("d", at(2, 10)),
                Event.at("e", at(2, 20)).largeOutput(),
                Event.at("f", at(3, 10)),
                Event.at("g", at(4, 10)).withoutInput());
        put(
                model,
                1,
                Event.at("h", at(4, 20)),
                Event.at("i", at(5, 10)),
                Event.at("j", at(5, 20)).largeOutput(),
                Event.at("k", at(5, 40)).largeOutput());
        put(model, Event.at("l", at(6, 10)));
    }

    /** Runs the policy that the model has, which must be a HARD one. */
    Task remove(String model) {
        Task task = store.run(model);
        assertThat(task.state()).as(task.error()).isEqualTo(TaskState.COMPLETE);
        expected(model).remove(task.cutoffs());
        return task;
    }

    /** Sets a HARD policy and runs it. */
    Task remove(String model, Instant records, Instant inputs) {
        policy(model, DeleteAction.HARD, records, inputs);
        return remove(model);
    }

    Task remove(String model, Instant cutoff) {
        return remove(model, cutoff, cutoff);
    }

    /** Makes the tasks that are due once the grace after every lifting is over, does them, and says how many. */
    int removeLeftBehind(String model) {
        endHoldGrace(model);
        int made = store.plan(model);
        store.work(model);
        expected(model).remove(Cutoffs.NONE);
        return made;
    }

    void endHoldGrace(String model) {
        store.execute("UPDATE holds SET lifted_at = lifted_at - interval '8 days' WHERE model_id = '" + model + "'");
    }

    Floors floors(String model) {
        return store.jdbi.withHandle(handle -> FloorRows.read(handle, model).orElseThrow());
    }

    /** Names of what is there, in order. */
    String records(String model) {
        return String.join(" ", expected(model).records);
    }

    String inputs(String model) {
        return String.join(" ", expected(model).inputs);
    }

    /** Rows, bytes, sums and what is visible are what they should be, and nothing is left half done. */
    void isAsExpected(String model) {
        HeldModel should = expected(model);
        assertThat(rows(model)).as(model).isEqualTo(should.records);
        Map<String, String> inputs = new TreeMap<>();
        should.inputs.forEach(id -> inputs.put(id, should.offered.get(id).input()));
        assertThat(inputsThatAreThere(model)).as(model).isEqualTo(inputs);
        String bucket = bucket(model);
        should.offered.values().forEach(event -> {
            if (event.input() != null) {
                assertThat(bucket.contains(event.input()))
                        .as(model + ": the bytes of " + event)
                        .isEqualTo(should.inputs.contains(event.id()));
            }
            assertThat(bucket.contains("the output of " + event.id() + ";"))
                    .as(model + ": the output of " + event)
                    .isEqualTo(event.outputInSegment() && should.records.contains(event.id()));
        });
        isVisibleAsExpected(model);
        assertThat(store.sumsAreRight(model)).as(model).isTrue();
        assertThat(unfinished(model)).as(model).isZero();
        assertThat(objectsThatSegmentsName(model)).as(model).isEqualTo(new TreeSet<>(store.keys(model)));
    }

    private void isVisibleAsExpected(String model) {
        HeldModel should = expected(model);
        Cutoffs visible = floors(model).visible();
        Map<String, String> states = new TreeMap<>();
        for (String id : should.visible(visible)) {
            Event event = should.offered.get(id);
            boolean held = should.isHeld(event);
            boolean shown =
                    should.inputs.contains(id) && (held || RetentionStore.micros(event.time()) >= visible.blobs());
            states.put(id, event.input() == null ? "none" : !shown ? "expired" : held ? "held" : "available");
        }
        assertThat(states(model)).as(model).isEqualTo(states);
    }

    Map<String, String> states(String model) {
        Map<String, String> states = new TreeMap<>();
        store.jdbi.useHandle(handle -> handle.createQuery(
                        "SELECT inference_id, input_state FROM visible_inferences WHERE model_id = '" + model + "'")
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(entry -> states.put(entry.getKey(), entry.getValue())));
        return states;
    }

    Set<String> rows(String model) {
        return new TreeSet<>(texts("SELECT inference_id FROM inferences WHERE model_id = '" + model + "'"));
    }

    private Set<String> objectsThatSegmentsName(String model) {
        return new TreeSet<>(texts("SELECT object_key FROM segments WHERE model_id = '" + model + "'"));
    }

    private List<String> texts(String sql) {
        return store.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }

    /** What rows name and is there, by id, read from its object; it has the hash that its row says. */
    Map<String, String> inputsThatAreThere(String model) {
        return inputsThatAreThere(model, "inferences");
    }

    Map<String, String> inputsThatAreThere(String model, String table) {
        Map<String, String> inputs = new TreeMap<>();
        store.jdbi.useHandle(handle -> handle.createQuery("SELECT i.inference_id, s.object_key,"
                        + " s.base_offset + i.input_offset AS at, i.input_size, i.input_sha256 FROM " + table
                        + " i JOIN segments s ON s.segment_id = i.input_segment WHERE i.model_id = '" + model + "'")
                .map((row, context) -> {
                    byte[] bytes = store.objects.read(row.getString(2), row.getLong(3), row.getInt(4));
                    assertThat(fingerprint.of(bytes)).as(row.getString(1)).isEqualTo(row.getBytes(5));
                    return Map.entry(row.getString(1), new String(bytes, StandardCharsets.UTF_8));
                })
                .forEach(entry -> inputs.put(entry.getKey(), entry.getValue())));
        return inputs;
    }

    /** Sets a policy that runs by itself; its time has come. */
    void hourly(String model, DeleteAction action, Instant cutoff) {
        store.policy(model, ageTo(cutoff), ageTo(cutoff), action, Duration.ofHours(1));
    }

    /** As if the time of the next run had come. */
    void due(String model) {
        store.execute("UPDATE retention_policies SET next_run_at = clock_timestamp() - interval '1 second', anchor ="
                + " clock_timestamp() - interval '1 second' WHERE model_id = '" + model + "'");
    }
}
