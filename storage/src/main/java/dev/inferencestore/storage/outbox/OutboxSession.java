package dev.inferencestore.storage.outbox;

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
 * An outbox as its relay sees it, on one connection of its own: the lock that makes it the only relay and the
 * notifications both belong to the session, so a pooled connection would lose them. When the connection is lost every
 * call fails, and the lock is free for another relay. For one thread.
 */
public final class OutboxSession implements AutoCloseable {
    private final Connection connection;
    private final OutboxTable table;

    private OutboxSession(Connection connection, OutboxTable table) {
        this.connection = connection;
        this.table = table;
    }

    /** Takes over a direct connection to PostgreSQL and listens for changes. */
    public static OutboxSession on(Connection connection, OutboxTable table) throws SQLException {
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute(table.listen());
        }
        return new OutboxSession(connection, table);
    }

    /** Tries to become the one relay; it stays so until the connection ends. */
    public boolean tryLock() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(table.tryLock())) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** The oldest entries, in the order in which they were committed. */
    public List<OutboxEntry> next(int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(table.next())) {
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
        Object[] ids = published.stream().map(OutboxEntry::id).toArray();
        Array array = connection.createArrayOf("bigint", ids);
        try (PreparedStatement statement = connection.prepareStatement(table.clear())) {
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
