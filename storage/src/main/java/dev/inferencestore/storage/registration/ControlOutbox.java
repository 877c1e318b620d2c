package dev.inferencestore.storage.registration;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * The outbox as the relay sees it, on one connection of its own: the lock that makes it the only relay and the
 * notifications both belong to the session, so a pooled connection would lose them. When the connection is lost every
 * call fails, and the lock is free for another relay. For one thread.
 */
public final class ControlOutbox implements AutoCloseable {
    private final Connection connection;

    private ControlOutbox(Connection connection) {
        this.connection = connection;
    }

    /** Takes over a direct connection to PostgreSQL and listens for changes. */
    public static ControlOutbox on(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(RegistrationSql.LISTEN);
        }
        return new ControlOutbox(connection);
    }

    /** Tries to become the one relay; it stays so until the connection ends. */
    public boolean tryLock() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RegistrationSql.TRY_RELAY_LOCK)) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The oldest entries, in the order in which they were committed. */
    public List<OutboxEntry> next(int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RegistrationSql.NEXT_IN_OUTBOX)) {
            statement.setInt(1, limit);
            List<OutboxEntry> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new OutboxEntry(row.getLong(1), row.getString(2), row.getString(3)));
                }
            }
            return entries;
        }
    }

    /** Forgets entries that are published. */
    public void delete(List<OutboxEntry> published) throws SQLException {
        Object[] versions = published.stream().map(OutboxEntry::version).toArray();
        Array array = connection.createArrayOf("bigint", versions);
        try (PreparedStatement statement = connection.prepareStatement(RegistrationSql.CLEAR_OUTBOX)) {
            statement.setArray(1, array);
            statement.executeUpdate();
        } finally {
            array.free();
        }
    }

    /** Waits until a change is committed, at most this long. A change before the call is noticed too. */
    public void await(Duration atMost) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications(Math.max(1, (int) atMost.toMillis()));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
