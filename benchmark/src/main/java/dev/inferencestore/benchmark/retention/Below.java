package dev.inferencestore.benchmark.retention;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * What of a model is below the cutoffs of a task, counted by rows: what a run must find and remove.
 *
 * @param bytes of the inputs
 * @param objects keys of those that go whole
 */
record Below(long records, long inputs, long bytes, Set<String> objects) {
    private static final String COUNT = """
            SELECT (SELECT count(*) FROM inferences WHERE model_id = ? AND created_at < ?::timestamptz), i.*
            FROM (SELECT count(input_segment), coalesce(sum(input_size) FILTER (WHERE input_segment IS NOT NULL), 0)::bigint
                  FROM inferences WHERE model_id = ? AND created_at < ?::timestamptz) i""";
    private static final String OBJECTS = """
            SELECT coalesce(array_agg(object_key), '{}') FROM segments
            WHERE model_id = ? AND kind = 'input' AND max_created_at < ?::timestamptz""";

    Below {
        objects = Set.copyOf(objects);
    }

    static Below count(Connection connection, RetentionTask task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(COUNT)) {
            statement.setString(1, task.model());
            statement.setString(2, task.recordCutoff());
            statement.setString(3, task.model());
            statement.setString(4, task.blobCutoff());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Below(row.getLong(1), row.getLong(2), row.getLong(3), objects(connection, task));
            }
        }
    }

    private static Set<String> objects(Connection connection, RetentionTask task) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OBJECTS)) {
            statement.setString(1, task.model());
            statement.setString(2, task.blobCutoff());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Array keys = row.getArray(1);
                return Set.copyOf(List.of((String[]) keys.getArray()));
            }
        }
    }
}
