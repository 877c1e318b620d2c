package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Spread;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.schema.Partitions;
import dev.inferencestore.storage.segment.ObjectStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * How soon a new policy takes hold: from the API's answer to the moment at which the first row is hidden, and is gone. A
 * model has one record with an input in the middle of each hour; each change shortens the age by an hour, so that just
 * one record is past it.
 */
public final class PolicyLatency {
    private static final Option<Integer> CHANGES = Option.integer(
                    "changes", 1, 10_000, "How often the policy is changed.")
            .or("200");
    private static final Option<Duration> INTERVAL = Option.duration(
                    "interval", Duration.ofSeconds(1), "Interval of the policies.")
            .or("24h");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final int INPUT_BYTES = 4096;

    private static final String STILL = """
            SELECT EXISTS (SELECT 1 FROM visible_inferences v WHERE v.model_id = k.model_id
                           AND v.inference_id = k.inference_id AND v.created_at = k.created_at),
                   EXISTS (SELECT 1 FROM inferences i WHERE i.model_id = k.model_id
                           AND i.inference_id = k.inference_id AND i.created_at = k.created_at)
            FROM (SELECT ?::text, ?::text, timestamptz 'epoch' + ? * interval '1 microsecond')
                 AS k(model_id, inference_id, created_at)""";
    private static final String OPEN_TASKS =
            "SELECT count(*) FROM retention_tasks WHERE model_id = ? AND state IN ('pending', 'running')";
    private static final String ROWS = "SELECT count(*) FROM inferences WHERE model_id = ?";

    private final LocalRun store;
    private final Connection connection;
    private final Settings settings;
    private final String model = "policy-latency-" + System.currentTimeMillis();

    private PolicyLatency(LocalRun store, Connection connection, Settings settings) {
        this.store = store;
        this.connection = connection;
        this.settings = settings;
    }

    public static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(CHANGES, INTERVAL, Retention.PREFIX, Retention.DEADLINE));
        Settings settings = Settings.read(options, arguments, Map.of());
        LocalRun store = LocalRun.of(settings);
        try (Connection connection = store.connect()) {
            new PolicyLatency(store, connection, settings).run(report);
        }
    }

    /** How long one change took, in milliseconds. */
    private record Change(double hidden, double gone) {}

    private void run(Report report) throws Exception {
        new ModelsApi(store).ensure(model, true);
        List<StoredBatch> seeded = seed(settings.get(CHANGES));
        RetentionApi api = new RetentionApi(store);
        List<Change> changes = new ArrayList<>();
        for (int change = 0; change < seeded.size(); change++) {
            Duration age = Duration.ofHours(seeded.size() - change);
            api.policy(model, age, "hard", settings.get(INTERVAL));
            var row = seeded.get(change).rows().get(0);
            changes.add(await(row.inferenceId(), row.createdAt()));
            awaitIdle();
        }
        report.line("%,d changes, from the answer to PUT until the first row is hidden: %s"
                .formatted(
                        changes.size(),
                        Spread.of(changes.stream().map(Change::hidden).toList())));
        report.line("%,d changes, from the answer to PUT until the first row is gone:   %s"
                .formatted(
                        changes.size(),
                        Spread.of(changes.stream().map(Change::gone).toList())));
        report.equal("rows left", 0L, number(ROWS));
        report.equal(
                "objects left",
                0,
                Bucket.list(store, ObjectKeys.folder(settings.get(Retention.PREFIX), model))
                        .size());
    }

    /** One record an hour, the oldest first. */
    private List<StoredBatch> seed(int hours) throws SQLException {
        Instant now = Instant.now();
        Partitions partitions = new Partitions();
        List<StoredBatch> batches = new ArrayList<>();
        try (ObjectStore objects = Bucket.open(store, 1);
                Connection writing = store.connect()) {
            ModelSeed seed = new ModelSeed(objects, settings.get(Retention.PREFIX), model, new SplittableRandom(1));
            for (int hour = hours; hour > 0; hour--) {
                long time = now.minus(Duration.ofHours(hour).plusMinutes(30)).toEpochMilli() * 1000;
                partitions.ensure(writing, time);
                batches.add(seed.withInputs(List.of(time), INPUT_BYTES));
            }
            new RecordWriter(0).flush(writing, batches);
        }
        return batches;
    }

    private Change await(String inferenceId, long createdAt) throws SQLException {
        long start = System.nanoTime();
        double hidden = -1;
        try (PreparedStatement statement = connection.prepareStatement(STILL)) {
            statement.setString(1, model);
            statement.setString(2, inferenceId);
            statement.setLong(3, createdAt);
            while (System.nanoTime() - start < settings.get(Retention.DEADLINE).toNanos()) {
                try (ResultSet still = statement.executeQuery()) {
                    still.next();
                    double millis = (System.nanoTime() - start) / 1e6;
                    hidden = hidden < 0 && !still.getBoolean(1) ? millis : hidden;
                    if (!still.getBoolean(2)) {
                        return new Change(hidden, millis);
                    }
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }
        throw new IllegalStateException("record '" + inferenceId + "' of model '" + model + "' is still there");
    }

    /** The next change is not to find a run that has not ended. */
    private void awaitIdle() throws SQLException {
        long deadline = System.nanoTime() + settings.get(Retention.DEADLINE).toNanos();
        while (number(OPEN_TASKS) > 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("a task of model '" + model + "' does not end");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    private long number(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
