package dev.inferencestore.benchmark.reading;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.ModelsApi;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.schema.Partitions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads a model of millions of records: how soon lists, counts and single inferences are answered, with filters of every
 * kind; and thousands of pages in a row while rows arrive, of which none may be there twice and none be missing.
 */
public final class Reading {
    static final String MODEL = "reading-trial";
    private static final Duration AGE = Duration.ofDays(60);
    private static final int ROWS_A_FLUSH = 2000;

    private static final Option<Integer> RECORDS = Option.integer(
                    "records", 1000, 100_000_000, "How many records to seed.")
            .or("5000000");
    private static final Option<Integer> SUBJECTS = Option.integer(
                    "subjects", 1, 100_000_000, "How many subjects they are of.")
            .or("100000");
    private static final Option<Integer> CALLS =
            Option.integer("calls", 1, 100_000, "How often each call is made.").or("300");
    private static final Option<Integer> PAGES = Option.integer(
                    "pages", 1, 1_000_000, "How many pages are read in a row.")
            .or("10000");
    private static final Option<String> PHASES =
            Option.text("phases", "What to do: some of seed,latency,pages.").or("seed,latency,pages");

    private final LocalRun store;
    private final Settings settings;
    private final Report report;

    private Reading(LocalRun store, Settings settings, Report report) {
        this.store = store;
        this.settings = settings;
        this.report = report;
    }

    public static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(RECORDS, SUBJECTS, CALLS, PAGES, PHASES));
        Settings settings = Settings.read(options, arguments, Map.of());
        Reading reading = new Reading(LocalRun.of(settings), settings, report);
        for (String phase : settings.get(PHASES).split(",", -1)) {
            switch (phase) {
                case "seed" -> reading.seed();
                case "latency" -> new Latency(reading.store, report, settings.get(CALLS), settings.get(SUBJECTS)).run();
                case "pages" -> new Pages(reading.store, report, settings.get(PAGES)).run();
                default -> throw new IllegalArgumentException("There is no phase '" + phase + "'.");
            }
        }
    }

    private void seed() throws Exception {
        new ModelsApi(store).ensure(MODEL, false);
        long now = Instant.now().toEpochMilli() * 1000;
        long oldest = now - AGE.toMillis() * 1000;
        try (Connection connection = store.connect()) {
            Partitions partitions = new Partitions();
            for (long week = oldest; week <= now; week += Duration.ofDays(1).toMillis() * 1000) {
                partitions.ensure(connection, week);
            }
        }
        int records = settings.get(RECORDS);
        int threads = 2;
        long start = System.nanoTime();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int slot = thread;
            all.add(executor.submit(() -> {
                write(slot, threads, records, oldest, now);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        executor.shutdown();
        double seconds = (System.nanoTime() - start) / 1e9;
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("VACUUM (ANALYZE) inferences");
        }
        report.line("seeded %,d records over %d days in %.0f s: %,.0f a second"
                .formatted(records, AGE.toDays(), seconds, records / seconds));
    }

    /** Each flush is an hour or so of event time, as a job's are. */
    private void write(int slot, int threads, int records, long oldest, long now) throws SQLException {
        Rows rows = new Rows(MODEL, settings.get(SUBJECTS), slot);
        RecordWriter writer = new RecordWriter(slot);
        long span = (now - oldest) / Math.max(1, records / ROWS_A_FLUSH);
        try (Connection connection = store.connect()) {
            for (int flush = slot; (long) flush * ROWS_A_FLUSH < records; flush += threads) {
                long from = oldest + flush * span;
                writer.flush(
                        connection,
                        List.of(rows.batch("seed-", (long) flush * ROWS_A_FLUSH, ROWS_A_FLUSH, from, from + span)));
            }
        }
    }
}
