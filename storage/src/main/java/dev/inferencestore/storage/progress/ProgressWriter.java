package dev.inferencestore.storage.progress;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes heartbeats and the names that no model claims. Statements run in the caller's transaction. */
public final class ProgressWriter {
    /** How many names are kept. */
    public static final int MOST_NAMES = 10_000;

    private ProgressWriter() {}

    public static void beat(Connection connection, Beat beat) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ProgressSql.BEAT)) {
            statement.setString(1, beat.jobId());
            statement.setString(2, beat.role());
            statement.setInt(3, beat.subtask());
            statement.setInt(4, beat.parallelism());
            statement.setTimestamp(5, new Timestamp(beat.startedAt()));
            statement.setLong(6, beat.version());
            statement.setString(7, json(beat.totals()));
            statement.executeUpdate();
        }
    }

    /** Adds names that were seen, each with how often and where. */
    public static void unmatched(Connection connection, Map<String, Long> counts, Map<String, String> topics)
            throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        List<String> names = new ArrayList<>(new TreeMap<>(counts).keySet());
        try (PreparedStatement statement = connection.prepareStatement(ProgressSql.ADD_UNMATCHED)) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", names.stream().map(topics::get).toArray()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", names.stream().map(counts::get).toArray()));
            statement.setInt(4, MOST_NAMES);
            statement.executeUpdate();
        }
    }

    /** Forgets jobs that have said nothing for 30 days. */
    public static void forgetOldJobs(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ProgressSql.FORGET_OLD_JOBS)) {
            statement.executeUpdate();
        }
    }

    private static String json(Map<String, Long> totals) {
        StringBuilder json = new StringBuilder("{");
        new TreeMap<>(totals).forEach((name, count) -> json.append(json.length() == 1 ? "" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(count));
        return json.append('}').toString();
    }
}
