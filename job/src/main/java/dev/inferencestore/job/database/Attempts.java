package dev.inferencestore.job.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a transaction again where its failure is one that passes: a lost connection, a deadlock, a serialization
 * failure, a server that restarts. At once and a few times only; past that the task fails and Flink waits and restarts
 * it, which a task thread must not do itself.
 */
public final class Attempts {
    private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
    private static final int MOST = 3;

    private Attempts() {}

    /** A whole transaction, which leaves nothing behind when it fails. */
    public interface Transaction<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs a transaction.
     *
     * @throws IOException when it failed for good; earlier failures are suppressed in it
     */
    public static <T> T run(JdbcConnectionProvider connections, String what, Transaction<T> transaction)
            throws IOException {
        List<SQLException> failures = new ArrayList<>();
        for (int attempt = 1; attempt <= MOST; attempt++) {
            try {
                return transaction.run(
                        failures.isEmpty()
                                ? connections.getOrEstablishConnection()
                                : connections.reestablishConnection());
            } catch (ClassNotFoundException noDriver) {
                throw new IOException("the PostgreSQL driver is not on the class path", noDriver);
            } catch (SQLException failed) {
                failures.forEach(failed::addSuppressed);
                failures.clear();
                failures.add(failed);
                if (!passes(failed)) {
                    break;
                }
                LOG.warn("could not {}, attempt {} of {}: {}", what, attempt, MOST, failed.getMessage());
            }
        }
        throw new IOException("could not " + what + ": " + failures.get(0).getMessage(), failures.get(0));
    }

    private static boolean passes(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith("08") || state.startsWith("40") || state.startsWith("57P") || state.equals("55P03");
    }
}
