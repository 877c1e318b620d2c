package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Holds some of those who work on a database up while others go on. */
final class Concurrently {
    private Concurrently() {}

    interface Condition {
        boolean holds();
    }

    interface Work<T> {
        T done() throws Exception;
    }

    static <T> CompletableFuture<T> async(Work<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.done();
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    /** A transaction that stays open, with the locks of what it did, until it is rolled back. */
    static Connection blocker(RetentionStore store, String statement) throws SQLException {
        Connection blocker = store.database.getConnection();
        blocker.setAutoCommit(false);
        blocker.createStatement().execute(statement);
        return blocker;
    }

    static long waiting(RetentionStore store) {
        return store.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND cardinality(pg_blocking_pids(pid)) > 0");
    }

    static void awaitWaiting(RetentionStore store, int connections) {
        until(() -> waiting(store) >= connections);
    }

    static void until(Condition condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.holds()) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }
}
