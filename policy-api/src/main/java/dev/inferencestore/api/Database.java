package dev.inferencestore.api;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.schema.Schema;

/** The pool that calls use. */
final class Database {
    private Database() {}

    /** Connects, and brings the schema up to date. */
    static HikariDataSource open(Settings settings) {
        // Which may take as long as it takes.
        HikariConfig once = config(settings, "inference-store-migration", 3);
        once.setMinimumIdle(0);
        try (HikariDataSource patient = new HikariDataSource(once)) {
            Schema.migrate(patient);
        }
        int size = settings.get(ApiOptions.POSTGRES_POOL_SIZE);
        HikariConfig config = config(settings, "inference-store-api", size);
        long most = settings.get(ApiOptions.POSTGRES_STATEMENT_TIMEOUT).toMillis();
        // A call that cannot get the version lock, or asks for too much, answers 503 instead of holding its connection
        // for ever; one whose process hangs in a transaction loses it. No statement of a call is worth compiling: with
        // a year of weeks the planner thinks so.
        config.setConnectionInitSql("SET jit = off; SET lock_timeout = '10s'; SET statement_timeout = " + most
                + "; SET idle_in_transaction_session_timeout = " + most);
        return new HikariDataSource(config);
    }

    private static HikariConfig config(Settings settings, String name, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(settings.get(PostgresOptions.URL));
        config.setUsername(settings.get(PostgresOptions.USER));
        settings.find(PostgresOptions.PASSWORD).ifPresent(config::setPassword);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(
                settings.get(ApiOptions.POSTGRES_CONNECTION_TIMEOUT).toMillis());
        config.addDataSourceProperty("currentSchema", Schema.NAME);
        config.addDataSourceProperty("ApplicationName", "inference-store-api");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // Its details are of rows, which are no business of a log.
        config.addDataSourceProperty("logServerErrorDetail", "false");
        return config;
    }
}
