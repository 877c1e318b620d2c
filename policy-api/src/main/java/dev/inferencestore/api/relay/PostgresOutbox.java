package dev.inferencestore.api.relay;

import dev.inferencestore.storage.registration.ControlOutbox;
import dev.inferencestore.storage.registration.OutboxEntry;
import dev.inferencestore.storage.schema.Schema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** The outbox in PostgreSQL, on a connection of its own. */
final class PostgresOutbox implements Outbox {
    /** Shown in {@code pg_stat_activity}. */
    static final String APPLICATION = "inference-store-relay";

    private final ControlOutbox outbox;

    private PostgresOutbox(ControlOutbox outbox) {
        this.outbox = outbox;
    }

    static PostgresOutbox open(RelaySettings settings) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.databaseUser());
        if (settings.databasePassword() != null) {
            properties.setProperty("password", settings.databasePassword());
        }
        properties.setProperty("currentSchema", Schema.NAME);
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "30");
        Connection connection = DriverManager.getConnection(settings.databaseUrl(), properties);
        try {
            return new PostgresOutbox(ControlOutbox.on(connection));
        } catch (SQLException failure) {
            try (connection) {
                throw failure;
            }
        }
    }

    @Override
    public boolean tryLock() throws SQLException {
        return outbox.tryLock();
    }

    @Override
    public List<OutboxEntry> next(int limit) throws SQLException {
        return outbox.next(limit);
    }

    @Override
    public void delete(List<OutboxEntry> published) throws SQLException {
        outbox.delete(published);
    }

    @Override
    public void await(Duration atMost) throws SQLException {
        outbox.await(atMost);
    }

    @Override
    public void close() throws SQLException {
        outbox.close();
    }
}
