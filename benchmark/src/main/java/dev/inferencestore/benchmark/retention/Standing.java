package dev.inferencestore.benchmark.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the tables hold of a model, counted by rows, and what its hours add up to.
 *
 * @param visible rows that the view for readers shows
 * @param rows that are there
 * @param inputs of them, whose segments are there
 * @param bytes of those inputs
 * @param hourRecords what the sums by hour say, as are the next two
 * @param segments rows of segments that are stored
 */
record Standing(
        long visible,
        long rows,
        long inputs,
        long bytes,
        long hourRecords,
        long hourInputs,
        long hourBytes,
        long segments) {
    private static final Standing NOTHING = new Standing(0, 0, 0, 0, 0, 0, 0, 0);

    private static final String ALL = """
            SELECT m.model_id,
                   (SELECT count(*) FROM visible_inferences v WHERE v.model_id = m.model_id),
                   i.rows, i.inputs, i.bytes, h.records, h.inputs, h.bytes,
                   (SELECT count(*) FROM segments s WHERE s.model_id = m.model_id AND s.state = 'stored')
            FROM models m
            CROSS JOIN LATERAL (
                SELECT count(*) AS rows, count(s.segment_id) AS inputs,
                       coalesce(sum(i.input_size) FILTER (WHERE s.segment_id IS NOT NULL), 0)::bigint AS bytes
                FROM inferences i LEFT JOIN segments s ON s.segment_id = i.input_segment
                WHERE i.model_id = m.model_id) i
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(records), 0)::bigint AS records, coalesce(sum(inputs), 0)::bigint AS inputs,
                       coalesce(sum(bytes), 0)::bigint AS bytes
                FROM model_hours h WHERE h.model_id = m.model_id) h
            WHERE m.model_id = ANY (?)""";

    /** Of each model; one that is not registered holds nothing. */
    static Map<String, Standing> read(Connection connection, List<String> models) throws SQLException {
        Map<String, Standing> all = new TreeMap<>();
        models.forEach(model -> all.put(model, NOTHING));
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setArray(1, connection.createArrayOf("text", models.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    all.put(
                            Objects.requireNonNull(row.getString(1)),
                            new Standing(
                                    row.getLong(2),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getLong(5),
                                    row.getLong(6),
                                    row.getLong(7),
                                    row.getLong(8),
                                    row.getLong(9)));
                }
            }
        }
        return all;
    }

    /** Whether the sums by hour say what the rows say. */
    boolean addsUp() {
        return hourRecords == rows && hourInputs == inputs && hourBytes == bytes;
    }

    /** The same, with some of it hidden. */
    Standing hiding(Below below) {
        return new Standing(
                visible - below.records(), rows, inputs, bytes, hourRecords, hourInputs, hourBytes, segments);
    }

    /** The same, with some of it removed. */
    Standing without(Below below) {
        return new Standing(
                visible - below.records(),
                rows - below.records(),
                inputs - below.inputs(),
                bytes - below.bytes(),
                hourRecords - below.records(),
                hourInputs - below.inputs(),
                hourBytes - below.bytes(),
                segments - below.objects().size());
    }

    /** Adds up over models. */
    static Standing sum(Map<String, Standing> models) {
        return models.values().stream().reduce(NOTHING, Standing::plus);
    }

    private Standing plus(Standing more) {
        return new Standing(
                visible + more.visible,
                rows + more.rows,
                inputs + more.inputs,
                bytes + more.bytes,
                hourRecords + more.hourRecords,
                hourInputs + more.hourInputs,
                hourBytes + more.hourBytes,
                segments + more.segments);
    }

    /** Models whose standing is not as it should be, each with both. */
    static Map<String, String> differences(Map<String, Standing> expected, Map<String, Standing> found) {
        Map<String, String> differences = new HashMap<>();
        expected.forEach((model, standing) -> {
            if (!standing.equals(found.get(model))) {
                differences.put(model, model + ": expected " + standing + ", found " + found.get(model));
            }
        });
        return differences;
    }
}
