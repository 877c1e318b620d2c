package dev.inferencestore.job.database;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
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
        SQLException last = null;
        for (int attempt = 1; attempt <= MOST; attempt++) {
            try {
                Connection connection =
                        last == null ? connections.getOrEstablishConnection() : connections.reestablishConnection();
                return transaction.run(connection);
            } catch (ClassNotFoundException noDriver) {
                throw new IOException("the PostgreSQL driver is not on the class path", noDriver);
            } catch (SQLException failed) {
                if (last != null) {
                    failed.addSuppressed(last);
                }
                last = failed;
                if (!passes(failed)) {
                    break;
                }
                LOG.warn("could not {}, attempt {} of {}: {}", what, attempt, MOST, failed.getMessage());
            }
        }
        throw new IOException("could not " + what + ": " + last.getMessage(), last);
    }

    private static boolean passes(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith("08") || state.startsWith("40") || state.startsWith("57P") || state.equals("55P03");
    }
}
