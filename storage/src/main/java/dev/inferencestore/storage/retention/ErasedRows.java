package dev.inferencestore.storage.retention;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Takes the rows that an erase has claimed, marks the segments they name, and writes down on the receipt what they were. */
final class ErasedRows {
    private final Handle handle;
    private final String modelId;
    private final String taskId;
    private final HourSums hours = new HourSums();
    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Set<String> segments = new HashSet<>();

    ErasedRows(Handle handle, String modelId, String taskId) {
        this.handle = handle;
        this.modelId = modelId;
        this.taskId = taskId;
    }

    /** What the receipt says of one inference. */
    private static final class Item {
        private int records;
        private int inputs;
        private long bytes;
        private final Set<String> sha256 = new TreeSet<>();
        private final Set<Long> hours = new TreeSet<>();
    }

    void take() {
        // Until nothing is left: rows that were moved to a partition of their own meanwhile are seen by another
        // statement.
        while (take(EraseSql.TAKE_ROWS, true) > 0) {}
        take(EraseSql.TAKE_CONFLICTS, false);
        handle.createUpdate(EraseSql.MARK_SEGMENTS)
                .bindArray("segments", String.class, segments.toArray())
                .execute();
        handle.createUpdate(EraseSql.WRITE_RECEIPT)
                .bind("taskId", taskId)
                .bindArray("ids", String.class, items.keySet().toArray())
                .bindArray("records", Integer.class, column(item -> item.records))
                .bindArray("inputs", Integer.class, column(item -> item.inputs))
                .bindArray("bytes", Long.class, column(item -> item.bytes))
                .bindArray("sha256", String.class, column(item -> String.join(",", item.sha256)))
                .bindArray("hours", String.class, column(item -> joined(item.hours)))
                .execute();
    }

    /** What went of the model's sums. */
    HourSums hours() {
        return hours;
    }

    RunListener.Removed removed() {
        Matched.Sums all = hours.total();
        return new RunListener.Removed(all.records(), all.inputs(), all.bytes(), 0);
    }

    private int take(String sql, boolean counts) {
        return handle.createQuery(sql)
                .bind("modelId", modelId)
                .bind("taskId", taskId)
                .map((row, context) -> add(row, counts))
                .list()
                .size();
    }

    private int add(ResultSet row, boolean counts) throws SQLException {
        Item item = items.computeIfAbsent(row.getString("inference_id"), any -> new Item());
        String inputSegment = row.getString("input_segment");
        long bytes = inputSegment == null ? 0 : row.getLong("input_size");
        addIfThere(segments, inputSegment);
        addIfThere(segments, row.getString("output_segment"));
        addIfThere(item.sha256, row.getString("sha256"));
        item.hours.add(row.getLong("hour"));
        if (counts) {
            int inputs = inputSegment == null ? 0 : 1;
            item.records++;
            item.inputs += inputs;
            item.bytes += bytes;
            hours.add(row.getLong("hour"), new Matched.Sums(1, inputs, bytes));
        }
        return 0;
    }

    private static void addIfThere(Set<String> all, @Nullable String one) {
        if (one != null) {
            all.add(one);
        }
    }

    private Object[] column(Function<Item, Object> column) {
        return items.values().stream().map(column).toArray();
    }

    private static String joined(Set<Long> hours) {
        return hours.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
