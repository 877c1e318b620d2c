package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.Servers;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import dev.inferencestore.storage.segment.TarWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** A database and a bucket of real servers, with what a job would have stored in them, for tests of retention. */
public final class RetentionStore implements AutoCloseable {
    private static final String PREFIX = "inputs";

    public final DataSource database;
    public final Jdbi jdbi;
    public final RetentionPolicies policies;
    public final DefaultPolicies defaults;
    public final RetentionLimits limits;
    public final RetentionTasks tasks;
    public final Planner planner;
    public final ObjectStore objects;
    public Clock clock = Clock.systemUTC();
    public RunSettings settings = new RunSettings(5, 2, 3, Duration.ofDays(7), Duration.ZERO);
    public RunListener listener = new RunListener() {};

    private final Fingerprint fingerprint = new Fingerprint();
    private final RecordWriter writer = new RecordWriter(0);

    public RetentionStore() {
        this(Servers.database());
    }

    public RetentionStore(DataSource database) {
        this(database, S3ObjectStore.connect(Servers.bucket(), 2));
    }

    public RetentionStore(DataSource database, ObjectStore objects) {
        this.database = database;
        this.objects = objects;
        jdbi = Jdbi.create(database);
        policies = new RetentionPolicies(database);
        defaults = new DefaultPolicies(database);
        limits = new RetentionLimits(database);
        tasks = new RetentionTasks(database);
        planner = new Planner(database, Duration.ofDays(7));
    }

    public void register(String model) {
        register(model, "p");
    }

    /** Registers a model in a project, or moves it there. */
    public void register(String model, String project) {
        ModelRegistry registry = new ModelRegistry(database);
        registry.register(new Registration(model, project, "t", null, List.of()), Precondition.none(), "test");
        registry.switchStorage(model, true, Precondition.none(), "test");
    }

    /** Stores inferences with inputs at some event times, as the job does: a segment an hour, rows with it. */
    public FlushResult store(String model, Instant... times) throws SQLException {
        Map<Long, List<Instant>> hours = new TreeMap<>();
        for (Instant time : times) {
            hours.computeIfAbsent(ObjectKeys.hour(micros(time)), any -> new ArrayList<>())
                    .add(time);
        }
        List<StoredBatch> batches = new ArrayList<>();
        hours.forEach((hour, of) -> batches.add(segment(model, hour, of)));
        try (Connection connection = database.getConnection()) {
            return writer.flush(connection, batches);
        }
    }

    public PolicyChange policy(
            String model, Duration recordAge, Duration blobAge, DeleteAction action, Duration interval) {
        PolicyTerms terms = new PolicyTerms(
                recordAge == null ? null : recordAge.toSeconds(),
                blobAge == null ? null : blobAge.toSeconds(),
                action,
                interval.toSeconds());
        return policies.put(model, terms, Precondition.none(), "test");
    }

    /** Asks for a task and does all the work that the model has. */
    public Task run(String model) {
        return run(model, new NewTask(false, null, null));
    }

    public Task run(String model, NewTask wanted) {
        Task task = tasks.create(model, wanted, "test");
        work(model);
        return tasks.read(model, task.taskId());
    }

    /** Does all the work that a model has, as one owner. */
    public void work(String model) {
        Leases leases = new Leases(UUID.randomUUID().toString(), Duration.ofSeconds(30));
        try (Handle handle = jdbi.open()) {
            Leases.Lease lease = leases.take(handle, model).orElseThrow();
            visit(handle, leases, lease).work();
            leases.release(handle, lease);
        }
    }

    public ModelVisit visit(Handle handle, Leases leases, Leases.Lease lease) {
        ClockWatch watch = new ClockWatch(clock, System::nanoTime);
        return new ModelVisit(handle, leases, lease, objects, watch, settings, listener);
    }

    /** Makes the tasks that are due, and says how many. */
    public int plan(String... models) {
        return planner.plan(List.of(models), clock.millis() * 1000);
    }

    public long stored(String model) {
        return number("SELECT count(*) FROM inferences WHERE model_id = '" + model + "'");
    }

    public long visible(String model) {
        return number("SELECT count(*) FROM visible_inferences WHERE model_id = '" + model + "'");
    }

    public long inputs(String model, String state) {
        return number("SELECT count(*) FROM visible_inferences WHERE model_id = '" + model + "' AND input_state = '"
                + state + "'");
    }

    public List<String> keys(String model) {
        List<String> keys = new ArrayList<>();
        String after = null;
        do {
            Listing page = objects.list(PREFIX + "/" + model + "/", after);
            page.entries().forEach(entry -> keys.add(entry.key()));
            after = page.next();
        } while (after != null);
        return keys;
    }

    public long number(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    public void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    /** Whether the sums by hour say what the rows say. */
    public boolean sumsAreRight(String model) {
        return number("SELECT count(*) FROM (SELECT date_trunc('hour', i.created_at) AS hour, count(*) AS records,"
                        + " count(s.segment_id) AS inputs,"
                        + " coalesce(sum(input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0) AS bytes"
                        + " FROM inferences i LEFT JOIN segments s ON s.segment_id = i.input_segment"
                        + " WHERE i.model_id = '" + model
                        + "' GROUP BY 1) r FULL JOIN (SELECT hour, sum(records) AS records, sum(inputs) AS inputs,"
                        + " sum(bytes) AS bytes FROM model_hours WHERE model_id = '" + model + "' GROUP BY 1) h"
                        + " USING (hour) WHERE (r.records, r.inputs, r.bytes)"
                        + " IS DISTINCT FROM (h.records, h.inputs, h.bytes)")
                == 0;
    }

    /** The bytes of every input that a reader may see, by id. */
    public Map<String, String> readable(String model) {
        Map<String, String> inputs = new TreeMap<>();
        jdbi.useHandle(handle -> handle.createQuery("SELECT i.inference_id, s.object_key,"
                        + " s.base_offset + i.input_offset AS at, i.input_size FROM inferences i"
                        + " JOIN segments s ON s.segment_id = i.input_segment JOIN floors f ON f.model_id = i.model_id"
                        + " WHERE i.model_id = '" + model + "' AND i.created_at >= f.blob_visible")
                .map((row, context) -> Map.entry(
                        row.getString(1),
                        new String(
                                objects.read(row.getString(2), row.getLong(3), row.getInt(4)), StandardCharsets.UTF_8)))
                .forEach(entry -> inputs.put(entry.getKey(), entry.getValue())));
        return inputs;
    }

    /** What a row's input says, and what is looked for in objects. */
    public static String content(Instant time) {
        return "input of " + time;
    }

    public static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
    }

    /** Uploads an hour's inputs; returns what would make them rows. */
    public StoredBatch segment(String model, long hour, List<Instant> times) {
        UUID segment = UUID.randomUUID();
        TarWriter tar = new TarWriter();
        EntryNames names = new EntryNames();
        List<InferenceRow> rows = new ArrayList<>();
        for (Instant time : times) {
            byte[] input = content(time).getBytes(StandardCharsets.UTF_8);
            String id = "i-" + time;
            long offset = tar.append(names.next(id, "text/plain"), micros(time), input);
            rows.add(row(model, id, micros(time), input, segment.toString(), offset));
        }
        String key = ObjectKeys.key(PREFIX, model, hour, segment);
        objects.put(key, tar);
        Segment stored = new Segment(
                segment.toString(),
                model,
                SegmentKind.INPUT,
                key,
                0,
                tar.length(),
                rows.stream().mapToLong(InferenceRow::createdAt).min().orElseThrow(),
                rows.stream().mapToLong(InferenceRow::createdAt).max().orElseThrow(),
                rows.size());
        return StoredBatch.of(List.of(stored), rows);
    }

    private InferenceRow row(String model, String id, long createdAt, byte[] input, String segment, long offset) {
        byte[] output = "{\"score\":1}".getBytes(StandardCharsets.UTF_8);
        byte[] sha = fingerprint.of(input);
        Inference inference = new Inference(
                model,
                id,
                createdAt,
                Part.BOTH,
                "detect",
                new Payload("text/plain", input),
                new Payload("application/json", output),
                "{}",
                200,
                "/s",
                7L);
        return new InferenceRow(
                model,
                1,
                id,
                createdAt,
                Part.BOTH,
                "detect",
                output,
                "application/json",
                output.length,
                null,
                null,
                "{}",
                "text/plain",
                (long) input.length,
                sha,
                segment,
                offset,
                200,
                "/s",
                7L,
                fingerprint.of(inference, sha));
    }

    @Override
    public void close() {
        objects.close();
    }
}
