package dev.inferencestore.storage.schema;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The schema {@code inference_store}: created and brought up to date by whoever starts first. */
public final class Schema {
    /** Set it as {@code currentSchema} of a connection. */
    public static final String NAME = "inference_store";

    private Schema() {}

    /** Migrates to the newest version; safe to call from several processes at once. */
    public static void migrate(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .schemas(NAME)
                .defaultSchema(NAME)
                .createSchemas(true)
                .locations("classpath:dev/inferencestore/storage/schema")
                .load()
                .migrate();
    }
}
