package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.segment.Listing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;

/**
 * Erasing in a database and a bucket of real servers. Ids begin with their model's name, so that whatever object of the
 * bucket holds something of an id, it is found.
 */
abstract class EraseTests extends RetentionTests {
    private final Fingerprint fingerprint = new Fingerprint();
    Erasures erasures;
    LegalHolds holds;
    Unregistering unregistering;

    @BeforeAll
    void openErasures() {
        erasures = new Erasures(store.database);
        holds = new LegalHolds(store.database);
        unregistering = new Unregistering(store.database);
    }

    /** Asks for an erase and does all the work that the model has. */
    Task erase(String model, InferenceFilter filter) {
        Task task = ask(model, filter);
        store.work(model);
        return end(task);
    }

    Task ask(String model, InferenceFilter filter) {
        return erasures.erase(model, new Erasures.Request(filter, false, false, null), "ann");
    }

    Task askButHeld(String model, InferenceFilter filter) {
        return erasures.erase(model, new Erasures.Request(filter, false, true, null), "ann");
    }

    Task dryRun(String model, InferenceFilter filter) {
        Task task = erasures.erase(model, new Erasures.Request(filter, true, false, null), "ann");
        store.work(model);
        return complete(task);
    }

    Task end(Task task) {
        return store.tasks.read(task.modelId(), task.taskId());
    }

    Task complete(Task task) {
        Task end = end(task);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.COMPLETE);
        return end;
    }

    static InferenceFilter ids(String... ids) {
        return InferenceFilter.ids(List.of(ids));
    }

    static InferenceFilter between(Instant from, Instant to) {
        return new InferenceFilter(List.of(), RetentionStore.micros(from), RetentionStore.micros(to), null, null);
    }

    static InferenceFilter action(String action) {
        return new InferenceFilter(List.of(), null, null, action, null);
    }

    static InferenceFilter metadata(String json) {
        return new InferenceFilter(List.of(), null, null, null, json);
    }

    void hold(String model, String... ids) {
        holds.place(model, "h", "a case", HoldScope.inferences(Arrays.asList(ids)), "ann");
    }

    /** All there is to erase of an id is gone: rows, what was kept aside, and every byte in every object of its model. */
    void isGone(String model, String... ids) {
        String bucket = bucket(model);
        for (String id : ids) {
            assertThat(rows(model, id)).as(id).isZero();
            assertThat(bucket).as(id).doesNotContain("put of " + id + ";", id + ".", id + "~", id + "\n");
        }
        assertThat(store.number("SELECT count(*) FROM segments WHERE state IN ('to_scrub', 'deleting') AND model_id = '"
                        + model + "'"))
                .isZero();
        assertThat(store.number("SELECT count(*) FROM erased_inferences WHERE removed_at IS NULL AND model_id = '"
                        + model + "'"))
                .isZero();
        assertThat(wrongHours(model)).isZero();
    }

    /** Hours whose sums do not say what the rows say: an input is there when its segment is, wherever the floors are. */
    private long wrongHours(String model) {
        return store.number(
                "SELECT count(*) FROM (SELECT date_trunc('hour', i.created_at) AS hour, count(*) AS records,"
                        + " count(s.segment_id) AS inputs, coalesce(sum(input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0)"
                        + " AS bytes FROM inferences i LEFT JOIN segments s ON s.segment_id = i.input_segment WHERE i.model_id = '"
                        + model
                        + "' GROUP BY 1) r FULL JOIN (SELECT hour, sum(records) AS records, sum(inputs) AS inputs,"
                        + " sum(bytes) AS bytes FROM model_hours WHERE model_id = '" + model
                        + "' GROUP BY 1) h USING (hour)"
                        + " WHERE (r.records, r.inputs, r.bytes) IS DISTINCT FROM (h.records, h.inputs, h.bytes)");
    }

    /** Rows with an id, those kept aside among them. */
    long rows(String model, String id) {
        String where = " WHERE model_id = '" + model + "' AND inference_id = '" + id + "'";
        return store.number("SELECT (SELECT count(*) FROM inferences" + where
                + ") + (SELECT count(*) FROM inference_conflicts" + where + ")");
    }

    /** The ids of a model, once every input is read back with its sha256 and every large output with its length. */
    Set<String> intact(String model) {
        Set<String> ids = new TreeSet<>();
        for (String table : List.of("inferences", "inference_conflicts")) {
            store.jdbi.useHandle(handle -> handle.createQuery("SELECT r.*, s.object_key, s.base_offset + r.input_offset"
                            + " AS at, o.object_key AS output_key, o.base_offset + r.output_offset AS output_at FROM "
                            + table + " r LEFT JOIN segments s ON s.segment_id = r.input_segment LEFT JOIN segments o"
                            + " ON o.segment_id = r.output_segment WHERE r.model_id = '" + model + "'")
                    .map((row, context) -> {
                        String id = row.getString("inference_id");
                        if (row.getString("input_segment") != null) {
                            byte[] input = store.objects.read(
                                    row.getString("object_key"), row.getLong("at"), row.getInt("input_size"));
                            assertThat(fingerprint.of(input)).as(id).isEqualTo(row.getBytes("input_sha256"));
                        }
                        if (row.getString("output_segment") != null) {
                            byte[] output = store.objects.read(
                                    row.getString("output_key"), row.getLong("output_at"), row.getInt("output_size"));
                            assertThat(new String(output, StandardCharsets.UTF_8))
                                    .contains("output of " + id + ";");
                        }
                        return id;
                    })
                    .forEach(ids::add));
        }
        return ids;
    }

    /** Every byte of every object there is, of whatever model. */
    String wholeBucket() {
        StringBuilder all = new StringBuilder();
        String after = null;
        do {
            Listing page = store.objects.list("", after);
            for (Listing.Entry entry : page.entries()) {
                byte[] bytes = store.objects.readAll(entry.key()).orElseThrow().bytes();
                all.append(new String(bytes, StandardCharsets.ISO_8859_1)).append(' ');
            }
            after = page.next();
        } while (after != null);
        return all.toString();
    }

    List<Erasures.Item> receipt(Task task) {
        return erasures.receipt(task.modelId(), task.taskId(), "", 100).items();
    }

    void die(String model, RunListener.Step step, int nth) {
        try (Owner owner = new Owner(store, model, AtStep.dies(step, nth))) {
            assertThatThrownBy(owner::work).isInstanceOf(AtStep.Death.class);
        }
        endLease(model);
    }

    /** A step at which somebody else does something. */
    void workMeanwhile(String model, RunListener.Step step, int nth, Runnable what) {
        AtStep listener = new AtStep(step, nth, what);
        try (Owner owner = new Owner(store, model, listener)) {
            owner.work();
            owner.release();
        }
        assertThat(listener.happened()).isTrue();
    }

    static String sha256(String input) {
        return HexFormat.of().formatHex(new Fingerprint().of(input.getBytes(StandardCharsets.UTF_8)));
    }
}
