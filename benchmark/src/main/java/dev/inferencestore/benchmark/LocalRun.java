package dev.inferencestore.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is, as its READY line says.
 *
 * @param api URL, without a slash at its end
 * @param kafka bootstrap servers
 * @param postgres JDBC URL
 * @param s3 URL
 * @param flink URL of its REST API; null when the job runs elsewhere
 */
public record LocalRun(
        String api,
        String kafka,
        String postgres,
        String s3,
        String bucket,
        String accessKey,
        String secretKey,
        @Nullable String flink) {
    private static final String WORD = "READY ";
    private static final Option<String> READY = Option.text(
                    "ready", "What stands after READY in the output of the local run.")
            .optionally();
    private static final Option<Path> READY_FILE =
            new Option<>("ready-file", "path", Path::of, null, true, false, "A file with the output of the local run.");

    /** The two ways to name the store. */
    public static final List<Option<?>> OPTIONS = List.of(READY, READY_FILE);

    /**
     * The store that the options name.
     *
     * @throws IllegalArgumentException when they name none, or the line cannot be read
     */
    public static LocalRun of(Settings settings) {
        Path file = settings.find(READY_FILE).orElse(null);
        String line = settings.find(READY).orElseGet(() -> file == null ? "" : lastReadyLine(file));
        if (line.isEmpty()) {
            throw new IllegalArgumentException(
                    "Say where the store is: --ready '{…}' or --ready-file FILE with its READY line.");
        }
        return parse(line);
    }

    static LocalRun parse(String line) {
        String json = line.startsWith(WORD) ? line.substring(WORD.length()) : line;
        try {
            JsonNode node = new ObjectMapper().readTree(json);
            return new LocalRun(
                    field(node, "api"),
                    field(node, "kafka"),
                    field(node, "postgres"),
                    field(node, "s3"),
                    field(node, "bucket"),
                    field(node, "s3_access_key"),
                    field(node, "s3_secret_key"),
                    node.path("flink").textValue());
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException("The READY line is no JSON: " + json, notJson);
        }
    }

    /** A new connection whose tables are the store's and whose times are written in UTC. */
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(postgres);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path TO " + Schema.NAME);
            statement.execute("SET TIME ZONE 'UTC'");
        }
        return connection;
    }

    private static String field(JsonNode node, String name) {
        String value = node.path(name).asText("");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("The READY line has no '" + name + "'.");
        }
        return value;
    }

    private static String lastReadyLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(WORD)).reduce("", (earlier, later) -> later);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("'ready-file' cannot be read: " + unreadable, unreadable);
        }
    }
}
