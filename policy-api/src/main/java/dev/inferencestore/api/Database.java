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
        HikariConfig config = new HikariConfig();
        config.setPoolName("inference-store-api");
        config.setJdbcUrl(settings.get(PostgresOptions.URL));
        config.setUsername(settings.get(PostgresOptions.USER));
        settings.find(PostgresOptions.PASSWORD).ifPresent(config::setPassword);
        config.setMaximumPoolSize(settings.get(ApiOptions.POSTGRES_POOL_SIZE));
        config.setConnectionTimeout(
                settings.get(ApiOptions.POSTGRES_CONNECTION_TIMEOUT).toMillis());
        config.addDataSourceProperty("currentSchema", Schema.NAME);
        config.addDataSourceProperty("ApplicationName", "inference-store-api");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        // A call that cannot get the version lock answers 503 instead of holding its connection for ever.
        config.setConnectionInitSql("SET lock_timeout = '10s'");
        HikariDataSource pool = new HikariDataSource(config);
        try {
            Schema.migrate(pool);
            return pool;
        } catch (RuntimeException failure) {
            pool.close();
            throw failure;
        }
    }
}
