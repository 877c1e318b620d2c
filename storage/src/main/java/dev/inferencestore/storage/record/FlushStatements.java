package dev.inferencestore.storage.record;

import dev.inferencestore.domain.retention.Floor;
import dev.inferencestore.storage.segment.Segment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Runs the statements of one flush on one connection. */
final class FlushStatements {
    private final Connection connection;

    FlushStatements(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Locks the floors of all models of some rows, in turn with removals, and reads them. */
    Map<String, Floor> lockFloors(List<InferenceRow> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.QUEUE)) {
            statement.setArray(1, connection.createArrayOf("text", models(rows)));
            statement.execute();
        }
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.LOCK_FLOORS)) {
            statement.setArray(1, connection.createArrayOf("text", models(rows)));
            Map<String, Floor> floors = new HashMap<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    floors.put(found.getString(1), new Floor(found.getLong(2), orNone(found, 3), orNone(found, 4)));
                }
            }
            return floors;
        }
    }

    Map<RowKey, Long> tombstones(List<InferenceRow> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.TOMBSTONES)) {
            RowArrays arrays = new RowArrays(connection, statement, 1);
            arrays.add("text", rows, InferenceRow::modelId);
            arrays.add("text", rows, InferenceRow::inferenceId);
            Map<RowKey, Long> erased = new HashMap<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    erased.put(RowKey.ofId(found.getString(1), found.getString(2)), found.getLong(3));
                }
            }
            return erased;
        }
    }

    /** Rows that holds keep, each with how the floors are for it. */
    Map<RowKey, Floor> held(List<InferenceRow> rows, Map<String, Floor> floors) throws SQLException {
        Map<RowKey, Floor> held = new HashMap<>();
        if (rows.isEmpty()) {
            return held;
        }
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.HELD)) {
            RowArrays arrays = new RowArrays(connection, statement, 1);
            arrays.add("text", rows, InferenceRow::modelId);
            arrays.add("text", rows, InferenceRow::inferenceId);
            arrays.add("bigint", rows, InferenceRow::createdAt);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    InferenceRow row = rows.get(found.getInt(1) - 1);
                    Floor floor = Objects.requireNonNull(floors.get(row.modelId()));
                    held.put(RowKey.of(row), floor.held(orNone(found, 2), orNone(found, 3)));
                }
            }
        }
        return held;
    }

    /** Inserts rows and says which of them were not there before. */
    Keys insert(String sql, List<InferenceRow> rows) throws SQLException {
        Keys keys = new Keys(rows.size());
        if (rows.isEmpty()) {
            return keys;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            new RowArrays(connection, statement, 1).rows(rows);
            try (ResultSet inserted = statement.executeQuery()) {
                while (inserted.next()) {
                    keys.add(new RowKey(
                            inserted.getString(1),
                            inserted.getString(2),
                            inserted.getLong(3),
                            inserted.getString(4),
                            inserted.getString(5)));
                }
            }
        }
        return keys;
    }

    /** Whether what stands under each row's key says the same as the row. */
    boolean[] compare(List<InferenceRow> rows) throws SQLException {
        boolean[] same = new boolean[rows.size()];
        boolean[] there = new boolean[rows.size()];
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.COMPARE)) {
            RowArrays arrays = new RowArrays(connection, statement, 1);
            arrays.add("text", rows, InferenceRow::modelId);
            arrays.add("text", rows, InferenceRow::inferenceId);
            arrays.add("bigint", rows, InferenceRow::createdAt);
            arrays.add("text", rows, row -> row.part().text());
            arrays.add("bytea", rows, InferenceRow::fingerprint);
            arrays.add("bigint", rows, InferenceRow::ruleVersion);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    there[found.getInt(1) - 1] = true;
                    same[found.getInt(1) - 1] = found.getBoolean(2);
                }
            }
        }
        for (int i = 0; i < there.length; i++) {
            if (!there[i]) {
                // Removals take the lock that this transaction holds, so this cannot be one.
                throw new SQLException(
                        "inference '" + rows.get(i).inferenceId() + "' was neither inserted nor found", "40001");
            }
        }
        return same;
    }

    /** Inserts segments that rows name, with the state each begins in. */
    void segments(Map<Segment, String> states) throws SQLException {
        if (states.isEmpty()) {
            return;
        }
        List<Segment> segments = new ArrayList<>(states.keySet());
        Set<String> inserted = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.SEGMENTS)) {
            RowArrays arrays = new RowArrays(connection, statement, 1);
            arrays.add("text", segments, Segment::segmentId);
            arrays.add("text", segments, Segment::modelId);
            arrays.add("text", segments, segment -> segment.kind().text());
            arrays.add("text", segments, states::get);
            arrays.add("text", segments, Segment::objectKey);
            arrays.add("bigint", segments, Segment::baseOffset);
            arrays.add("bigint", segments, Segment::length);
            arrays.add("bigint", segments, Segment::minCreatedAt);
            arrays.add("bigint", segments, Segment::maxCreatedAt);
            arrays.add("int", segments, Segment::entries);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    inserted.add(rows.getString(1));
                }
            }
        }
        for (Segment segment : segments) {
            if (!inserted.contains(segment.segmentId())) {
                throw new SegmentSweptException(segment.segmentId());
            }
        }
    }

    /** Which of these segments have a row. */
    List<String> present(List<String> segmentIds) throws SQLException {
        List<String> present = new ArrayList<>();
        if (segmentIds.isEmpty()) {
            return present;
        }
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.SEGMENT_STATES)) {
            new RowArrays(connection, statement, 1).add("text", segmentIds, id -> id);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    present.add(found.getString(1));
                }
            }
        }
        return present;
    }

    void hours(int slot, Map<FlushOutcome.HourKey, FlushOutcome.Hour> hours) throws SQLException {
        if (hours.isEmpty()) {
            return;
        }
        List<Map.Entry<FlushOutcome.HourKey, FlushOutcome.Hour>> all = new ArrayList<>(hours.entrySet());
        try (PreparedStatement statement = connection.prepareStatement(RecordSql.HOURS)) {
            statement.setInt(1, slot);
            RowArrays arrays = new RowArrays(connection, statement, 2);
            arrays.add("text", all, entry -> entry.getKey().modelId());
            arrays.add("bigint", all, entry -> entry.getKey().hour());
            arrays.add("bigint", all, entry -> entry.getValue().records);
            arrays.add("bigint", all, entry -> entry.getValue().inputs);
            arrays.add("bigint", all, entry -> entry.getValue().bytes);
            arrays.add("bigint", all, entry -> entry.getValue().oldest);
            arrays.add("bigint", all, entry -> entry.getValue().newest);
            statement.executeUpdate();
        }
    }

    private static Object[] models(List<InferenceRow> rows) {
        Set<String> models = new TreeSet<>();
        rows.forEach(row -> models.add(row.modelId()));
        return models.toArray(new String[0]);
    }

    private static long orNone(ResultSet row, int column) throws SQLException {
        long micros = row.getLong(column);
        return row.wasNull() ? Floor.NONE : micros;
    }

    /** Keys of rows that a statement inserted. A key that is offered twice in one statement is inserted once. */
    static final class Keys {
        private final Set<RowKey> keys;

        Keys(int most) {
            keys = new HashSet<>(most * 2);
        }

        void add(RowKey key) {
            keys.add(key);
        }

        /** Whether this key was inserted; true once for each. */
        boolean take(RowKey key) {
            return keys.remove(key);
        }
    }
}
