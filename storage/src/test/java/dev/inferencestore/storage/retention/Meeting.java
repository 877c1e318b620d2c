package dev.inferencestore.storage.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** Lets two actions meet: the one stands open while the other runs until it has ended or waits for the first. */
final class Meeting implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    /** Longer than any action takes that nothing keeps from it, and the server's search for deadlocks. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);

    private static final String WAITS = """
            SELECT wait_event FROM pg_stat_activity
            WHERE pid = ? AND wait_event_type = 'Lock' AND ? = ANY (pg_blocking_pids(pid))
            """;

    private final DataSource database;
    private final Connection watcher;
    private final Executor threads;

    Meeting(DataSource database, Executor threads) throws SQLException {
        this.database = database;
        this.threads = threads;
        watcher = database.getConnection();
    }

    /** For what the other one waited. */
    enum Wait {
        NOTHING,
        /** The queue before the floors. */
        FLOORS,
        /** A row that the first has written or locked. */
        ROW
    }

    static Wait waits(Interleaving.Decides decides) {
        return switch (decides) {
            case FLOORS -> Wait.FLOORS;
            case KEY, TASK -> Wait.ROW;
            default -> Wait.NOTHING;
        };
    }

    /**
     * How it went.
     *
     * @param held how the action ended that was held open
     * @param other how the other one ended
     */
    record Course(Wait waited, String held, String other) {}

    Course of(Interleaving meeting, Scene scene) throws Exception {
        HeldDatabase first = new HeldDatabase(database, meeting.stop());
        HeldDatabase second = new HeldDatabase(database, Stop.NOWHERE);
        CompletableFuture<String> held = start(meeting.held(), scene, first);
        first.awaitStanding(held);
        CompletableFuture<String> other = start(meeting.other(), scene, second);
        Wait wait;
        try {
            wait = awaitEndOrWait(other, first, second);
        } finally {
            first.release();
        }
        return new Course(
                wait, held.get(PATIENCE_SECONDS, TimeUnit.SECONDS), other.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private CompletableFuture<String> start(Action action, Scene scene, HeldDatabase connections) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return action.run(scene, connections.source());
                    } catch (Exception failed) {
                        throw new IllegalStateException(action.text() + ": " + failed.getMessage(), failed);
                    }
                },
                threads);
    }

    private Wait awaitEndOrWait(CompletableFuture<?> other, HeldDatabase first, HeldDatabase second)
            throws SQLException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!other.isDone()) {
            String event = event(second.backend(), first.backend());
            if (event != null) {
                return event.equals("advisory") ? Wait.FLOORS : Wait.ROW;
            }
            if (System.nanoTime() > until) {
                throw new AssertionError("it neither ends nor waits for the one that is held open");
            }
        }
        return Wait.NOTHING;
    }

    private String event(int waiting, int blocking) throws SQLException {
        try (PreparedStatement statement = watcher.prepareStatement(WAITS)) {
            statement.setInt(1, waiting);
            statement.setInt(2, blocking);
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        watcher.close();
    }
}
