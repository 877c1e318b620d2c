package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/** Tests in which one transaction is held open while others wait for it. */
abstract class RaceTests extends RetentionTests {
    /** A transaction that is ended by hand. */
    Connection blocker() throws SQLException {
        Connection blocker = store.database.getConnection();
        blocker.setAutoCommit(false);
        return blocker;
    }

    /** Holds up whoever changes a model, a policy or a project. */
    Connection versions() throws SQLException {
        Connection blocker = blocker();
        blocker.createStatement().execute("SELECT 1 FROM control_version FOR UPDATE");
        return blocker;
    }

    long waiting() {
        return store.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND cardinality(pg_blocking_pids(pid)) > 0");
    }

    void awaitWaiting(int connections) {
        until(() -> waiting() >= connections);
    }

    interface Condition {
        boolean holds();
    }

    static void until(Condition condition) {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
        while (!condition.holds()) {
            assertThat(Instant.now()).isBefore(deadline);
        }
    }

    interface Work<T> {
        T done() throws Exception;
    }

    static <T> CompletableFuture<T> async(Work<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.done();
            } catch (RuntimeException failed) {
                throw failed;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }
}
