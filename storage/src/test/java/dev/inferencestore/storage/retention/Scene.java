package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.hold.LegalHolds;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * A model with something of everything: what stays, what goes, and what depends on who comes first. Records go before
 * 1:00 and inputs before 2:30, unless an action says otherwise.
 */
final class Scene {
    static final String KEEP = "keep";
    static final String OLD = "old";

    final RetentionStore store;
    final String model;
    final boolean keeps;
    /** Every input that was ever offered. */
    final Set<String> texts = new TreeSet<>();

    private final Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(12));
    private final Writer writer;
    private String task = "";
    private String soft = "";

    /**
     * A model with its data.
     *
     * @param keeps whether a hold keeps the inference that is called held, whatever happens
     */
    Scene(RetentionStore store, String model, boolean keeps) throws Exception {
        this.store = store;
        this.model = model;
        this.keeps = keeps;
        writer = new Writer(store);
        store.register(model);
        List<StoredBatch> batches = new ArrayList<>(writer.upload(
                model,
                event("first", 0, 10),
                event("held", 0, 20),
                event("one", 0, 30),
                event("other", 0, 40).largeOutput(),
                event("cut", 2, 10),
                event("tail", 2, 50),
                event("short", 4, 10),
                event("new", 4, 40),
                event("erase", 4, 45),
                event("erase", 4, 46)));
        batches.addAll(writer.upload(model, aside(event("first", 0, 10))));
        flush(store.database, batches);
        if (keeps) {
            hold(store.database, KEEP, HoldScope.inferences(List.of("held")));
        }
    }

    Instant at(int hour, int minute) {
        return start.plus(Duration.ofHours(hour)).plus(Duration.ofMinutes(minute));
    }

    /** Rows that are new, late, halves of an id that is there, and copies of rows that are there. */
    void insert(DataSource database) throws Exception {
        List<StoredBatch> batches = writer.upload(
                model,
                event("late", 0, 50),
                event("first", 0, 10),
                event("held", 0, 20),
                event("one", 0, 31),
                event("late2", 2, 20),
                event("cut", 2, 10),
                event("fresh", 4, 50),
                event("erase", 4, 45),
                event("erase", 4, 47));
        flush(database, batches);
    }

    private void flush(DataSource database, List<StoredBatch> batches) throws Exception {
        try (Connection connection = database.getConnection()) {
            FlushResult result = new RecordWriter(0)
                    .flush(connection, batches.stream().map(Scene::inHalves).toList());
            store.objects.delete(result.unreferenced());
        }
    }

    /** Odd minutes are responses. */
    private static StoredBatch inHalves(StoredBatch batch) {
        return StoredBatch.of(
                batch.segments(), batch.rows().stream().map(Scene::half).toList());
    }

    private static InferenceRow half(InferenceRow row) {
        boolean response = row.createdAt() / 60_000_000 % 2 != 0;
        return new InferenceRow(
                row.modelId(),
                row.generation(),
                row.inferenceId(),
                row.createdAt(),
                response ? Part.RESPONSE : Part.REQUEST,
                row.action(),
                row.output(),
                row.outputContentType(),
                row.outputSize(),
                row.outputSegment(),
                row.outputOffset(),
                row.metadata(),
                row.inputContentType(),
                row.inputSize(),
                row.inputSha256(),
                row.inputSegment(),
                row.inputOffset(),
                row.statusCode(),
                row.source(),
                row.durationMicros(),
                row.fingerprint());
    }

    private Event event(String id, int hour, int minute) {
        String text = "the input of " + id + " at " + hour + ":" + minute + ";";
        texts.add(text);
        return Event.at(id, at(hour, minute)).input(text);
    }

    private Event aside(Event event) {
        texts.add(event.conflicting().input());
        return event.conflicting();
    }

    void hold(DataSource database, String holdId, HoldScope scope) {
        new LegalHolds(database).place(model, holdId, "a case", scope, "ann");
    }

    void lift(DataSource database) {
        new LegalHolds(database).lift(model, OLD, "ann");
    }

    HoldScope hours(int from, int to) {
        return HoldScope.time(new Span(RetentionStore.micros(at(from, 0)), RetentionStore.micros(at(to, 0))));
    }

    /** Sets a policy by which records and inputs go below two event times. */
    void policy(DataSource database, DeleteAction action, Instant records, Instant inputs, Duration interval) {
        new RetentionPolicies(database)
                .put(
                        model,
                        new PolicyTerms(age(records), age(inputs), action, interval.toSeconds()),
                        Precondition.none(),
                        "ann");
    }

    void manualPolicy(DeleteAction action) {
        policy(store.database, action, at(1, 0), at(2, 30), Duration.ZERO);
    }

    private static long age(Instant cutoff) {
        return Duration.between(cutoff, Instant.now()).toSeconds();
    }

    /** A task that waits for the job, and can be cancelled. */
    void addTask() {
        task = store.tasks.create(model, new NewTask(false, null, null), "ann").taskId();
    }

    void addErase() {
        task = erase(store.database, true).taskId();
    }

    Task erase(DataSource database, boolean exceptHeld) {
        InferenceFilter filter = InferenceFilter.ids(List.of("erase", "one"));
        return new Erasures(database).erase(model, new Erasures.Request(filter, false, exceptHeld, null), "ann");
    }

    void unregister(DataSource database) {
        new Unregistering(database).unregister(model, true, Precondition.none(), "ann");
    }

    void cancel(DataSource database) {
        new RetentionTasks(database).cancel(model, task, "ann");
    }

    void restore(DataSource database) {
        new RetentionTasks(database).restore(model, soft, "ann");
    }

    /** A SOFT run that is over, and can be restored. */
    void runSoft() {
        manualPolicy(DeleteAction.SOFT);
        addTask();
        store.work(model);
        soft = task;
    }

    /** The purge of the SOFT run, which waits. */
    void addPurge() {
        store.execute("UPDATE retention_tasks SET restorable_until = clock_timestamp() - interval '1 hour'"
                + " WHERE task_id = '" + soft + "'");
        store.plan(model);
        task = store.jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT task_id::text FROM retention_tasks WHERE purge_of = '" + soft + "'")
                .mapTo(String.class)
                .one());
    }

    /** Does what the model has to do as the job does it; false where another visit is there. */
    boolean visit(DataSource database) {
        Leases leases = new Leases(UUID.randomUUID().toString(), Duration.ofMinutes(10));
        try (Handle handle = Jdbi.create(database).open()) {
            Leases.Lease lease = leases.take(handle, model).orElse(null);
            if (lease == null) {
                return false;
            }
            store.visit(handle, leases, lease).work();
            leases.release(handle, lease);
            return true;
        }
    }

    /** Works off all there is, and waits for no grace of a hold that was lifted. */
    void workOff(Planner planner) {
        int made = 1;
        for (int round = 0; made > 0 && round < 6; round++) {
            made = planner.plan(List.of(model), store.clock.millis() * 1000);
            if (made > 0 || round == 0) {
                store.work(model);
            }
        }
    }
}
