package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.schema.Partitions;
import dev.inferencestore.storage.segment.ObjectStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fills a store past Kafka and the job, with the writer that the job uses, so that rows, segments and sums are consistent
 * as the job's are. The models must hold nothing.
 */
final class Seed {
    private static final int ROWS_A_FLUSH = 2000;

    private final LocalRun store;
    private final String prefix;
    private final Report report;

    Seed(LocalRun store, String prefix, Report report) {
        this.store = store;
        this.prefix = prefix;
        this.report = report;
    }

    void run(SeedPlan plan, int threads) throws Exception {
        List<String> models = SeedPlan.models(plan.models());
        try (Connection connection = store.connect()) {
            requireEmpty(connection, models);
        }
        ModelsApi api = new ModelsApi(store);
        for (String model : models) {
            api.ensure(model, false);
        }
        try (Connection connection = store.connect()) {
            makePartitions(connection, plan);
        }
        long start = System.nanoTime();
        try (ObjectStore objects = Bucket.open(store, threads)) {
            Parallel.each(plan.models(), threads, (model, slot) -> write(objects, plan, model, slot));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE inferences, segments, model_hours");
        }
        report.line(
                "seeded %,d records, %,d of them with inputs of %,d bytes, over %,d models in %.1f s: %,.0f records/s"
                        .formatted(
                                plan.records(),
                                plan.inputs(),
                                plan.inputBytes(),
                                plan.models(),
                                seconds,
                                plan.records() / seconds));
    }

    private void write(ObjectStore objects, SeedPlan plan, int model, int slot) throws SQLException {
        SplittableRandom random = new SplittableRandom(plan.seed() * 1_000_003 + model);
        SeedTimes times = new SeedTimes(plan, model, random);
        ModelSeed seed = new ModelSeed(objects, prefix, SeedPlan.model(model), random);
        RecordWriter writer = new RecordWriter(slot);
        try (Connection connection = store.connect()) {
            for (List<Long> object : times.objects()) {
                write(writer, connection, seed.withInputs(object, plan.inputBytes()));
            }
            int left = plan.recordsOf(model) - plan.inputsOf(model);
            for (; left > 0; left -= ROWS_A_FLUSH) {
                write(writer, connection, seed.withoutInputs(times.others(Math.min(left, ROWS_A_FLUSH))));
            }
        }
    }

    private static void write(RecordWriter writer, Connection connection, StoredBatch batch) throws SQLException {
        long inserted = writer.flush(connection, List.of(batch)).inserted();
        if (inserted != batch.rows().size()) {
            throw new IllegalStateException("only " + inserted + " of "
                    + batch.rows().size() + " rows were stored: the models of this trial have been used before");
        }
    }

    private static void makePartitions(Connection connection, SeedPlan plan) throws SQLException {
        Partitions partitions = new Partitions();
        Instant oldest = plan.now().minus(plan.age().multipliedBy(2));
        for (Instant week = oldest; week.isBefore(plan.now()); week = week.plus(Duration.ofDays(1))) {
            partitions.ensure(connection, week.toEpochMilli() * 1000);
        }
    }

    private static void requireEmpty(Connection connection, List<String> models) throws SQLException {
        long rows = Standing.read(connection, models).values().stream()
                .mapToLong(Standing::rows)
                .sum();
        if (rows > 0) {
            throw new IllegalArgumentException("The models of this trial hold " + rows + " records already; leave"
                    + " 'seed' out of --phases, or start a store with an empty data directory.");
        }
    }
}
