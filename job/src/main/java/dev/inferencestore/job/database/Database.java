package dev.inferencestore.job.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.schema.Schema;
import java.io.Serializable;
import javax.sql.DataSource;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.connector.jdbc.datasource.connections.SimpleJdbcConnectionProvider;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How to reach PostgreSQL from a task. A statement or a silent network never holds a task for longer than a minute, so
 * that a lost database is a failed checkpoint and not a job that hangs. The isolation level is stated, since locking
 * first and inserting second is right in READ COMMITTED only.
 */
public record Database(String url, String user, @Nullable String password) implements Serializable {
    private static final int SECONDS = 60;
    private static final String LIMITS = "-c statement_timeout=60s -c idle_in_transaction_session_timeout=60s"
            + " -c default_transaction_isolation=read\\ committed";
    private static final String APPLICATION = "inference-store-job";

    public static Database of(Settings settings) {
        return new Database(
                settings.get(PostgresOptions.URL),
                settings.get(PostgresOptions.USER),
                settings.find(PostgresOptions.PASSWORD).orElse(null));
    }

    /** One connection, made when it is first asked for, and made again when it is broken. */
    public JdbcConnectionProvider connections() {
        JdbcConnectionOptions.JdbcConnectionOptionsBuilder options =
                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                        .withUrl(url)
                        .withDriverName("org.postgresql.Driver")
                        .withUsername(user)
                        .withProperty("currentSchema", Schema.NAME)
                        .withProperty("ApplicationName", APPLICATION)
                        .withProperty("socketTimeout", String.valueOf(SECONDS + 5))
                        .withProperty("tcpKeepAlive", "true")
                        .withProperty("options", LIMITS);
        if (password != null) {
            options.withPassword(password);
        }
        return new SimpleJdbcConnectionProvider(options.build());
    }

    /** A connection for each call. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        source.setCurrentSchema(Schema.NAME);
        source.setApplicationName(APPLICATION);
        source.setSocketTimeout(SECONDS + 5);
        source.setOptions(LIMITS);
        return source;
    }

    /** Connections that are kept, for work on threads of its own; whoever asked closes it. */
    public HikariDataSource pool(int most) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(APPLICATION);
        config.setDataSource(dataSource());
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(0);
        // The first connection is made when it is needed: a database that is away is asked again, not a failed start.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public String toString() {
        return url + " as " + user;
    }
}
