package dev.inferencestore.benchmark.retention;

import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Requests;
import dev.inferencestore.benchmark.Sender;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Sends to a model of its own, on a thread of its own, until it is closed; says how fast rows come meanwhile. */
final class LiveTraffic implements AutoCloseable {
    private static final String STORED = "SELECT coalesce(sum(records), 0)::bigint FROM model_hours WHERE model_id = ?";

    private final LocalRun store;
    private final Connection connection;
    private final Report report;
    private final String model;
    private final Load load;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> sending;
    private volatile boolean closed;

    /**
     * What is sent.
     *
     * @param rate events a second; 0 for as fast as it goes
     * @param bytes of each input
     */
    record Load(int rate, int bytes) {}

    /** Something that is measured beside the traffic. */
    interface Work {
        void run() throws Exception;
    }

    /**
     * Begins to send.
     *
     * @param model registered, with its storage on
     */
    LiveTraffic(LocalRun store, Connection connection, Report report, String model, Load load) {
        this.store = store;
        this.connection = connection;
        this.report = report;
        this.model = model;
        this.load = load;
        sending = thread.submit(this::send);
    }

    /** Measures the traffic while something runs; returns how long that took, in nanoseconds. */
    long measure(String what, Work work) throws Exception {
        try (Checkpoints checkpoints = new Checkpoints(store)) {
            long before = rows();
            long startMillis = System.currentTimeMillis();
            long start = System.nanoTime();
            work.run();
            long nanos = System.nanoTime() - start;
            long rows = rows() - before;
            report.line("live traffic %s: %,.0f rows/s over %.1f s; %s"
                    .formatted(what, rows * 1e9 / nanos, nanos / 1e9, checkpoints.since(startMillis)));
            return nanos;
        }
    }

    /** Waits until its first rows are stored. */
    void awaitFirst(long patienceNanos) throws SQLException {
        long deadline = System.nanoTime() + patienceNanos;
        while (rows() == 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("no row of the live traffic to '" + model + "' is stored");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        try {
            sending.get();
        } finally {
            thread.shutdown();
        }
    }

    private void send() {
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        try (Sender sender = new Sender(store)) {
            for (long index = 0; !closed; index++) {
                if (load.rate() > 0) {
                    LockSupport.parkNanos(start + index * 1_000_000_000L / load.rate() - System.nanoTime());
                }
                byte[] input = new byte[load.bytes()];
                random.nextBytes(input);
                sender.send(Requests.event(model, "live-" + index, input));
            }
        }
    }

    private long rows() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STORED)) {
            statement.setString(1, model);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
