package dev.inferencestore.benchmark.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.benchmark.Api;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Spread;
import dev.inferencestore.storage.record.RecordWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Reads pages in a row while rows arrive at any time, before and behind where the pages are. */
final class Pages {
    private static final int LIMIT = 100;
    private static final int ROWS_A_FLUSH = 100;

    /** What was there when the first page was read, before the last time of the last one, of which more may be on the next. */
    private static final String THERE = """
            SELECT inference_id FROM inferences
            WHERE model_id = ? AND created_at < timestamptz 'epoch' + ? * interval '1 microsecond' AND inference_id LIKE 'seed-%'""";

    private static final String ENDS =
            "SELECT (extract(epoch FROM min(created_at)) * 1000000)::bigint, (extract(epoch FROM max(created_at)) * 1000000)::bigint FROM inferences WHERE model_id = ?";

    private final LocalRun store;
    private final Api api;
    private final Report report;
    private final int pages;

    Pages(LocalRun store, Report report, int pages) {
        this.store = store;
        this.report = report;
        this.pages = pages;
        api = new Api(store);
    }

    void run() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong inserted = new AtomicLong();
        Thread writer = new Thread(() -> insert(done, inserted), "inserts");
        writer.start();
        List<Double> millis = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        long arrived = 0;
        String cursor = "";
        String last = "";
        for (int page = 0; page < pages; page++) {
            long start = System.nanoTime();
            JsonNode answer =
                    api.require("GET", "models/" + Reading.MODEL + "/inferences?order=asc&limit=" + LIMIT + cursor, "");
            millis.add((System.nanoTime() - start) / 1e6);
            for (JsonNode item : answer.path("items")) {
                String id = item.path("inference_id").asText();
                if (!seen.add(id)) {
                    twice.add(id);
                }
                arrived += id.startsWith("late-") ? 1 : 0;
                last = item.path("created_at").asText();
            }
            if (answer.path("next_cursor").isNull()) {
                break;
            }
            cursor = "&cursor=" + answer.path("next_cursor").asText();
        }
        done.set(true);
        writer.join();
        report.line("%,d pages of %d: %s; %,d inferences, %,d of them arrived meanwhile of %,d that did"
                .formatted(millis.size(), LIMIT, Spread.of(millis), seen.size(), arrived, inserted.get()));
        report.none("inferences that were on two pages", twice.size(), twice);
        check(seen, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(last)));
    }

    private void check(Set<String> seen, long upTo) throws SQLException {
        List<String> missing = new ArrayList<>();
        long there = 0;
        try (Connection connection = store.connect();
                PreparedStatement statement = connection.prepareStatement(THERE)) {
            statement.setString(1, Reading.MODEL);
            statement.setLong(2, upTo);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    there++;
                    if (!seen.contains(rows.getString(1))) {
                        missing.add(rows.getString(1));
                    }
                }
            }
        }
        report.line("%,d were there from the first page on, up to where the last one ended".formatted(there));
        report.none("inferences that were there and on no page", missing.size(), missing);
    }

    private void insert(AtomicBoolean done, AtomicLong inserted) {
        Rows rows = new Rows(Reading.MODEL, 1000, 99);
        RecordWriter writer = new RecordWriter(9);
        String prefix = "late-" + System.currentTimeMillis() + "-";
        try (Connection connection = store.connect()) {
            long[] ends = ends(connection);
            while (!done.get()) {
                inserted.addAndGet(writer.flush(
                                connection, List.of(rows.batch(prefix, inserted.get(), ROWS_A_FLUSH, ends[0], ends[1])))
                        .inserted());
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long[] ends(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ENDS)) {
            statement.setString(1, Reading.MODEL);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new long[] {row.getLong(1), row.getLong(2)};
            }
        }
    }
}
