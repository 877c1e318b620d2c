package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Topics;
import dev.inferencestore.domain.options.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** Waits until the job has taken everything in, and compares every figure, row, object and dead letter with the load. */
final class Verify {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration FOR_DELETIONS = Duration.ofSeconds(15);

    private final LocalRun store;
    private final Report report;

    Verify(LocalRun store, Report report) {
        this.store = store;
        this.report = report;
    }

    void run(Settings settings) throws Exception {
        State state = State.read(settings.get(Exactness.STATE));
        if (state.sending() || state.sendings() == 0) {
            throw new IllegalArgumentException("No sending of this plan is complete, or one is still under way.");
        }
        Traffic traffic = new Traffic(state.plan());
        Expected expected = Expected.of(traffic);
        long deadline = System.nanoTime() + settings.get(Exactness.DEADLINE).toNanos();
        try (Connection connection = store.connect();
                Topics topics = new Topics(store)) {
            Counts counts = new Counts(connection);
            awaitAll(topics, counts, deadline);
            sums(topics, counts, expected, state);
            DeadLetters.read(store, state.plan().malformed() * state.sendings(), deadline)
                    .report(report, expected, state.sendings());
            rows(connection, counts, expected);
            objects(settings, connection, counts, traffic, expected);
        }
    }

    private void awaitAll(Topics topics, Counts counts, long deadline)
            throws SQLException, ExecutionException, InterruptedException {
        long sent = topics.records(Wire.TOPIC);
        long routed = -1;
        while (System.nanoTime() - deadline < 0) {
            Map<String, Long> totals = counts.routed();
            if (Counts.events(totals) >= sent
                    && Counts.rows(counts.stored()) >= totals.getOrDefault("inferences", 0L)
                    && topics.committed(Wire.TOPIC).values().stream().allMatch(offset -> offset >= sent)) {
                return;
            }
            if (routed != Counts.events(totals)) {
                routed = Counts.events(totals);
                report.line("waiting: %,d of %,d events have an outcome".formatted(routed, sent));
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        report.line("the job has not taken everything in before the deadline");
    }

    private void sums(Topics topics, Counts counts, Expected expected, State state)
            throws SQLException, ExecutionException, InterruptedException {
        long sent = topics.records(Wire.TOPIC);
        Map<String, Long> routed = withoutZeros(counts.routed());
        Map<String, Long> stored = withoutZeros(counts.stored());
        report.line("router: " + routed);
        report.line("writers: " + stored);
        report.equal("events in the topic", (long) state.plan().events() * state.sendings(), sent);
        report.equal("events: accepted + turned away + dead-lettered = offsets", sent, Counts.events(routed));
        report.equal("events by outcome and reason", expected.totalsAfter(state.sendings()), routed);
        topics.committed(Wire.TOPIC)
                .forEach((group, offset) -> report.equal("offsets committed by " + group, sent, offset));
        report.equal(
                "rows: inserted + already there + refused + conflicting = accepted inferences",
                routed.getOrDefault("inferences", 0L),
                Counts.rows(stored));
    }

    private void rows(Connection connection, Counts counts, Expected expected) throws SQLException {
        // One snapshot for all of these.
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Map<String, Long> byModel = counts.rowsByModel();
        Map<String, Long> ingest = counts.ingest();
        Map<String, Long> hours = counts.hours();
        connection.commit();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(true);

        Set<String> models = new TreeSet<>(expected.rows().keySet());
        models.addAll(byModel.keySet());
        for (String model : models) {
            report.equal("rows of " + model, expected.rows().getOrDefault(model, 0L), byModel.getOrDefault(model, 0L));
        }
        long rows = byModel.values().stream().mapToLong(Long::longValue).sum();
        report.equal("rows in all", expected.rowsInAll(), rows);
        report.equal("rows = inserted, as counted for each model", rows, ingest.getOrDefault("inserted", 0L));
        report.equal("rows = records of all hours", rows, hours.getOrDefault("records", -1L));
        report.equal("inputs of all hours", expected.withInput(), hours.getOrDefault("inputs", -1L));
        report.equal(
                "bytes of inputs = bytes of all hours",
                hours.getOrDefault("input_bytes", -1L),
                hours.getOrDefault("bytes", -1L));
        report.equal("conflicts", 0L, hours.getOrDefault("conflicts", -1L));
        report.equal("segments that no row names", 0L, hours.getOrDefault("segments_no_row_names", -1L));
    }

    private void objects(Settings settings, Connection connection, Counts counts, Traffic traffic, Expected expected)
            throws Exception {
        Map<String, Long> entries = counts.entriesByObject();
        Map<String, Long> sizes = listUntilClean(settings, entries.keySet());
        Set<String> missing = new TreeSet<>(entries.keySet());
        missing.removeAll(sizes.keySet());
        Set<String> orphans = new TreeSet<>(sizes.keySet());
        orphans.removeAll(entries.keySet());
        report.none("objects that segments name and the bucket lacks", missing.size(), List.copyOf(missing));
        String orphaned = "objects in the bucket that no segment names";
        if (settings.get(Exactness.ALLOW_ORPHANS)) {
            report.line(orphaned + ": " + orphans.size() + " of " + sizes.size());
        } else {
            report.none(orphaned, orphans.size(), List.copyOf(orphans));
        }

        RowCheck check =
                ReadBack.all(store, connection, traffic, sizes, entries, settings.get(Exactness.THREADS), report);
        report.equal("inputs read back, equal to what was sent", expected.withInput(), check.inputs());
        report.equal(
                "objects read = objects that segments name",
                entries.keySet().size(),
                check.read().size());
        report.line("%,d bytes of inputs in %,d objects; %,d outputs were too large for a row"
                .formatted(check.inputBytes(), check.read().size(), check.largeOutputs()));
    }

    /** Copies that a second sending uploaded are deleted in the background: they are given a moment. */
    private Map<String, Long> listUntilClean(Settings settings, Set<String> named) {
        long deadline = System.nanoTime() + FOR_DELETIONS.toNanos();
        Map<String, Long> sizes = Bucket.list(store, settings.get(Exactness.PREFIX));
        while (!named.containsAll(sizes.keySet()) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            sizes = Bucket.list(store, settings.get(Exactness.PREFIX));
        }
        return sizes;
    }

    private static Map<String, Long> withoutZeros(Map<String, Long> counts) {
        Map<String, Long> kept = new TreeMap<>(counts);
        kept.values().removeIf(count -> count == 0);
        return kept;
    }
}
