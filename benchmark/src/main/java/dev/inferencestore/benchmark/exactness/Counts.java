package dev.inferencestore.benchmark.exactness;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Figures that the store keeps of itself, and the same counted by hand. */
final class Counts {
    /** Totals of the newest attempt of the newest job only: older rows stay for a month. */
    private static final String TOTALS = """
            WITH newest AS (
                SELECT job_id, parallelism FROM router_progress
                WHERE role = ? ORDER BY started_at DESC, heartbeat DESC LIMIT 1)
            SELECT t.key, sum(t.value::bigint)
            FROM router_progress p JOIN newest USING (job_id, parallelism), jsonb_each_text(p.totals) t
            WHERE p.role = ? GROUP BY t.key""";

    private static final String ROWS = "SELECT model_id, count(*) FROM inferences GROUP BY model_id";
    private static final String INGEST = "SELECT outcome, sum(count)::bigint FROM model_ingest GROUP BY outcome";
    private static final String HOURS = """
            SELECT 'records', coalesce(sum(records), 0)::bigint FROM model_hours
            UNION ALL SELECT 'inputs', coalesce(sum(inputs), 0)::bigint FROM model_hours
            UNION ALL SELECT 'bytes', coalesce(sum(bytes), 0)::bigint FROM model_hours
            UNION ALL SELECT 'conflicts', count(*) FROM inference_conflicts
            UNION ALL SELECT 'input_bytes', coalesce(sum(input_size), 0)::bigint FROM inferences
                WHERE input_segment IS NOT NULL
            UNION ALL SELECT 'segments_no_row_names', count(*) FROM segments s
                WHERE s.state <> 'swept' AND NOT EXISTS (SELECT 1 FROM inferences i WHERE i.model_id = s.model_id
                    AND i.created_at BETWEEN s.min_created_at AND s.max_created_at
                    AND s.segment_id IN (i.input_segment, i.output_segment))""";
    private static final String OBJECTS =
            "SELECT object_key, sum(entries)::bigint FROM segments WHERE state <> 'swept' GROUP BY object_key";

    private final Connection connection;

    Counts(Connection connection) {
        this.connection = connection;
    }

    /** The router's totals: events by outcome, and {@code inferences}. */
    Map<String, Long> routed() throws SQLException {
        return query(TOTALS, "route", "route");
    }

    /** The writers' totals: rows by outcome. */
    Map<String, Long> stored() throws SQLException {
        return query(TOTALS, "store", "store");
    }

    Map<String, Long> rowsByModel() throws SQLException {
        return query(ROWS);
    }

    /** Rows and events by outcome, as counted for each model. */
    Map<String, Long> ingest() throws SQLException {
        return query(INGEST);
    }

    /** What the hours of all models add up to, and what tables hold beside them. */
    Map<String, Long> hours() throws SQLException {
        return query(HOURS);
    }

    /** How many entries each object must have. */
    Map<String, Long> entriesByObject() throws SQLException {
        return query(OBJECTS);
    }

    /** Events that have an outcome. */
    static long events(Map<String, Long> routed) {
        return sum(routed, "accepted", "turned_away", "dead_lettered");
    }

    /** Rows that have an outcome. */
    static long rows(Map<String, Long> stored) {
        return sum(stored, "inserted", "already_there", "refused", "conflicting");
    }

    /** Adds up counts whose name is one of these, or one of these with a reason after a dot. */
    private static long sum(Map<String, Long> counts, String... names) {
        long sum = 0;
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            String name = count.getKey();
            int dot = name.indexOf('.');
            if (List.of(names).contains(dot < 0 ? name : name.substring(0, dot))) {
                sum += count.getValue();
            }
        }
        return sum;
    }

    private Map<String, Long> query(String sql, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            Map<String, Long> counts = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.put(rows.getString(1), rows.getLong(2));
                }
            }
            return counts;
        }
    }
}
