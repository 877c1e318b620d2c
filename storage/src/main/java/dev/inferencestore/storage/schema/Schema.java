package dev.inferencestore.storage.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/** The schema {@code inference_store}: created and brought up to date by whoever starts first. */
public final class Schema {
    /** Set it as {@code currentSchema} of a connection. */
    public static final String NAME = "inference_store";

    private static final String VERSION = "SELECT max(CAST(version AS integer)) FROM " + NAME
            + ".flyway_schema_history WHERE success AND version IS NOT NULL";

    private static volatile int newest;

    private Schema() {}

    /** Migrates to the newest version; safe to call from several processes at once. */
    public static void migrate(DataSource database) {
        Flyway flyway = Flyway.configure()
                .dataSource(database)
                .schemas(NAME)
                .defaultSchema(NAME)
                .createSchemas(true)
                .locations("classpath:dev/inferencestore/storage/schema")
                .load();
        flyway.migrate();
        MigrationInfo current = flyway.info().current();
        newest = current == null || current.getVersion() == null
                ? 0
                : Integer.parseInt(current.getVersion().getVersion());
    }

    /**
     * Why the schema is not the one that this process migrated to, as after a backup of an older one was restored; null
     * where it is, or is newer.
     */
    public static @Nullable String problem(Connection connection, int patienceSeconds) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(patienceSeconds);
            try (ResultSet row = statement.executeQuery(VERSION)) {
                int version = row.next() ? row.getInt(1) : 0;
                return version >= newest
                        ? null
                        : "its schema is of version " + version + ", this process needs " + newest
                                + ": start it again, which migrates";
            }
        }
    }
}
