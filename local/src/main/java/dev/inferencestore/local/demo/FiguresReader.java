package dev.inferencestore.local.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads how far the store is where the store itself keeps it: in PostgreSQL. One thread at a time. */
final class FiguresReader implements AutoCloseable {
    private static final String STORED = """
            SELECT model_id, sum(records) AS records, sum(bytes) AS bytes
            FROM inference_store.model_hours GROUP BY model_id HAVING sum(records) > 0""";

    private static final String OBJECTS = """
            SELECT count(DISTINCT object_key) AS objects FROM inference_store.segments
            WHERE kind = 'input' AND state = 'stored'""";

    private static final String EXPIRED = """
            SELECT coalesce(sum(records_deleted) FILTER (WHERE delete_action = 'hard'), 0)::bigint AS records,
                   coalesce(sum(blobs_deleted) FILTER (WHERE delete_action = 'hard'), 0)::bigint AS inputs,
                   coalesce(sum(records_matched) FILTER (WHERE delete_action = 'soft' AND NOT undone AND NOT purged),
                            0)::bigint AS hidden
            FROM inference_store.retention_tasks WHERE NOT dry_run""";

    /** Totals of the job that started last: it has taken over those of the jobs before. */
    private static final String TOTALS = """
            SELECT total.key AS name, sum(total.value::bigint)::bigint AS count
            FROM inference_store.router_progress p, jsonb_each_text(p.totals) AS total
            WHERE p.role = 'route' AND p.subtask < p.parallelism AND p.job_id = (
                SELECT job_id FROM inference_store.router_progress
                WHERE role = 'route' ORDER BY started_at DESC LIMIT 1)
            GROUP BY total.key""";

    private static final String TURNED_AWAY = "turned_away.";
    private static final String DEAD = "dead_lettered.";

    private final String jdbcUrl;
    private @Nullable Connection connection;

    FiguresReader(String jdbcUrl) {
        this.jdbcUrl = jdbcUrl;
    }

    Figures read() throws SQLException {
        if (connection == null || !connection.isValid(1)) {
            connection = DriverManager.getConnection(jdbcUrl);
        }
        Map<String, Long> stored = new HashMap<>();
        Map<String, Long> turnedAway = new HashMap<>();
        long bytes = 0;
        long deadLetters = 0;
        long objects = 0;
        Figures.Expired expired;
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(STORED)) {
                while (row.next()) {
                    stored.put(row.getString("model_id"), row.getLong("records"));
                    bytes += row.getLong("bytes");
                }
            }
            try (ResultSet row = statement.executeQuery(OBJECTS)) {
                objects = row.next() ? row.getLong("objects") : 0;
            }
            try (ResultSet row = statement.executeQuery(EXPIRED)) {
                row.next();
                expired = new Figures.Expired(row.getLong("records"), row.getLong("inputs"), row.getLong("hidden"));
            }
            try (ResultSet row = statement.executeQuery(TOTALS)) {
                while (row.next()) {
                    String name = row.getString("name");
                    if (name.startsWith(TURNED_AWAY)) {
                        turnedAway.put(name.substring(TURNED_AWAY.length()), row.getLong("count"));
                    } else if (name.startsWith(DEAD)) {
                        deadLetters += row.getLong("count");
                    }
                }
            }
        }
        return new Figures(stored, turnedAway, deadLetters, bytes, objects, expired);
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
