package dev.inferencestore.storage.schema;

import dev.inferencestore.domain.options.Option;

/** How to reach the database, the same for every program. */
public final class PostgresOptions {
    public static final Option<String> URL = new Option<>(
            "postgres.url",
            "jdbc:postgresql://host:port/database",
            PostgresOptions::url,
            null,
            false,
            false,
            "PostgreSQL, reached directly or by a pooler in session mode: locks and settings of a session are used.");
    public static final Option<String> USER =
            Option.text("postgres.user", "User of PostgreSQL; owns the schema inference_store.");
    public static final Option<String> PASSWORD = Option.text(
                    "postgres.password", "Password of that user; may be left out where PostgreSQL asks for none.")
            .optionally()
            .asSecret();

    private PostgresOptions() {}

    private static String url(String text) {
        if (!text.strip().startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("must begin with jdbc:postgresql:");
        }
        return text.strip();
    }
}
