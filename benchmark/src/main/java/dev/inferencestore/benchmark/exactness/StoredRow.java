package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.Part;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row of inferences, with where its input and a large output are in the object store. */
record StoredRow(
        String modelId,
        String inferenceId,
        long createdAt,
        Part part,
        @Nullable String action,
        @Nullable String metadata,
        @Nullable String source,
        @Nullable String inputContentType,
        long inputSize,
        byte @Nullable [] inputSha256,
        @Nullable Place input,
        @Nullable String outputContentType,
        long outputSize,
        byte @Nullable [] output,
        @Nullable Place largeOutput) {
    private static final int FETCHED = 200;
    private static final int MOST_WITHOUT_OBJECT = 500;
    private static final String ALL = """
            SELECT i.model_id, i.inference_id, (extract(epoch FROM i.created_at) * 1000000)::bigint AS created_at,
                   i.part, i.action, i.metadata::text, i.source, i.input_content_type, i.input_size, i.input_sha256,
                   s.object_key AS input_key, s.base_offset + i.input_offset AS input_at,
                   i.output_content_type, i.output_size, i.output,
                   o.object_key AS output_key, o.base_offset + i.output_offset AS output_at
            FROM inferences i
            LEFT JOIN segments s ON s.segment_id = i.input_segment
            LEFT JOIN segments o ON o.segment_id = i.output_segment
            ORDER BY coalesce(s.object_key, '')""";

    /** A run of bytes in an object. */
    record Place(String key, long at) {}

    /** Takes rows; may wait. */
    interface Reader {
        void read(List<StoredRow> rows) throws InterruptedException;
    }

    /** Hands over all rows: those whose inputs share an object together, the rest in groups. */
    static void forEachObject(Connection connection, Reader reader) throws SQLException, InterruptedException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCHED);
            List<StoredRow> group = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery(ALL)) {
                while (rows.next()) {
                    StoredRow row = of(rows);
                    if (!group.isEmpty() && !belongs(row, group)) {
                        reader.read(group);
                        group = new ArrayList<>();
                    }
                    group.add(row);
                }
            }
            if (!group.isEmpty()) {
                reader.read(group);
            }
        } finally {
            connection.setAutoCommit(true);
        }
    }

    String name() {
        return modelId + " '" + inferenceId + "' " + part.text();
    }

    private static boolean belongs(StoredRow row, List<StoredRow> group) {
        Place mine = row.input();
        Place theirs = group.get(0).input();
        if (mine == null) {
            return theirs == null && group.size() < MOST_WITHOUT_OBJECT;
        }
        return theirs != null && mine.key().equals(theirs.key());
    }

    private static StoredRow of(ResultSet row) throws SQLException {
        return new StoredRow(
                Objects.requireNonNull(row.getString("model_id")),
                Objects.requireNonNull(row.getString("inference_id")),
                row.getLong("created_at"),
                Part.valueOf(Objects.requireNonNull(row.getString("part")).toUpperCase(Locale.ROOT)),
                row.getString("action"),
                row.getString("metadata"),
                row.getString("source"),
                row.getString("input_content_type"),
                row.getLong("input_size"),
                row.getBytes("input_sha256"),
                place(row, "input"),
                row.getString("output_content_type"),
                row.getLong("output_size"),
                row.getBytes("output"),
                place(row, "output"));
    }

    private static @Nullable Place place(ResultSet row, String what) throws SQLException {
        String key = row.getString(what + "_key");
        return key == null ? null : new Place(key, row.getLong(what + "_at"));
    }
}
