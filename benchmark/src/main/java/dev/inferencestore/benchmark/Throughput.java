package dev.inferencestore.benchmark;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Sends events of one size as fast as it goes, to a model of its own, and waits until the last one is a row. */
final class Throughput {
    private static final Option<Integer> EVENTS =
            Option.integer("events", 1, 1_000_000_000, "Events to send.").or("100000");
    private static final Option<Long> SIZE = Option.bytes("size", 8, 32L * 1024 * 1024 - 4096, "Bytes of each input.")
            .or("16 KiB");
    private static final Option<Duration> DEADLINE = Option.duration(
                    "deadline", Duration.ofSeconds(1), "The longest to wait for the last row.")
            .or("15min");
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final String STORED = "SELECT coalesce(sum(records), 0) FROM model_hours WHERE model_id = ?";

    private Throughput() {}

    static void run(String[] arguments, Report report) throws Exception {
        List<Option<?>> options = new ArrayList<>(LocalRun.OPTIONS);
        options.addAll(List.of(EVENTS, SIZE, DEADLINE));
        Settings settings = Settings.read(options, arguments, Map.of());
        LocalRun store = LocalRun.of(settings);
        String model = "throughput-" + System.currentTimeMillis();
        new ModelsApi(store).ensure(model, true);

        int events = settings.get(EVENTS);
        long start = System.nanoTime();
        long bytes = send(store, model, events, settings.get(SIZE).intValue());
        double sent = seconds(start);
        long rows =
                awaitRows(store, model, events, start + settings.get(DEADLINE).toNanos());
        double stored = seconds(start);
        report.line("sent   %,d events, %,d bytes in %.2f s".formatted(events, bytes, sent));
        report.line("stored %,d rows in %.2f s: %,.0f events/s, %.1f MB/s, from the first send to the last row"
                .formatted(rows, stored, rows / stored, bytes / 1e6 * rows / events / stored));
        report.equal("rows stored", (long) events, rows);
    }

    private static long send(LocalRun store, String model, int events, int size) {
        SplittableRandom random = new SplittableRandom(1);
        try (Sender sender = new Sender(store)) {
            for (int index = 0; index < events; index++) {
                byte[] input = new byte[size];
                random.nextBytes(input);
                sender.send(Requests.event(model, "t-" + index, input));
            }
            sender.flush();
            return sender.bytes();
        }
    }

    private static long awaitRows(LocalRun store, String model, int wanted, long deadline) throws SQLException {
        try (Connection connection = store.connect();
                PreparedStatement statement = connection.prepareStatement(STORED)) {
            statement.setString(1, model);
            long rows = 0;
            while (rows < wanted && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                    rows = found.getLong(1);
                }
            }
            return rows;
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
