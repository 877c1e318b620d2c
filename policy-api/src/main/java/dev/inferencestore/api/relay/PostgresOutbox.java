package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import dev.inferencestore.storage.outbox.OutboxSession;
import dev.inferencestore.storage.schema.Schema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** An outbox in PostgreSQL, on a connection of its own. */
final class PostgresOutbox implements Outbox {
    private final OutboxSession session;

    private PostgresOutbox(OutboxSession session) {
        this.session = session;
    }

    /** Connects; the feed's name is shown in {@code pg_stat_activity}. */
    static PostgresOutbox open(RelaySettings settings, Feed feed) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.databaseUser());
        if (settings.databasePassword() != null) {
            properties.setProperty("password", settings.databasePassword());
        }
        properties.setProperty("currentSchema", Schema.NAME);
        properties.setProperty("ApplicationName", feed.processName());
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "30");
        Connection connection = DriverManager.getConnection(settings.databaseUrl(), properties);
        try {
            return new PostgresOutbox(OutboxSession.on(connection, feed.outbox()));
        } catch (SQLException failure) {
            try (connection) {
                throw failure;
            }
        }
    }

    @Override
    public boolean tryLock() throws SQLException {
        return session.tryLock();
    }

    @Override
    public List<OutboxEntry> next(int limit) throws SQLException {
        return session.next(limit);
    }

    @Override
    public void delete(List<OutboxEntry> published) throws SQLException {
        session.delete(published);
    }

    @Override
    public void await(Duration atMost) throws SQLException {
        session.await(atMost);
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
