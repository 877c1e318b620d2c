package dev.inferencestore.storage.retention;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** What goes of some hours of a model, so that their sums stay exact. */
final class HourSums {
    private final TreeMap<Long, Matched.Sums> hours = new TreeMap<>();

    /** Adds a row of {@code hour, records, inputs, bytes}. */
    void add(ResultSet row) throws SQLException {
        add(row.getLong("hour"), new Matched.Sums(row.getLong("records"), row.getLong("inputs"), row.getLong("bytes")));
    }

    /** Adds to an hour, which is named by its first microsecond. */
    void add(long hour, Matched.Sums sums) {
        hours.merge(hour, sums, Matched.Sums::plus);
    }

    Matched.Sums total() {
        return hours.values().stream().reduce(Matched.Sums.NONE, Matched.Sums::plus);
    }

    Collection<Long> hours() {
        return hours.keySet();
    }

    /** Takes it out of the model's sums, under the lock of its floors. */
    void subtract(Handle handle, String modelId) {
        if (hours.isEmpty()) {
            return;
        }
        handle.createUpdate(HeldSql.SUBTRACT_HOURS)
                .bind("modelId", modelId)
                .bindArray("hours", Long.class, hours.keySet().toArray())
                .bindArray("records", Long.class, column(Matched.Sums::records))
                .bindArray("inputs", Long.class, column(Matched.Sums::inputs))
                .bindArray("bytes", Long.class, column(Matched.Sums::bytes))
                .execute();
    }

    private Object[] column(Function<Matched.Sums, Long> column) {
        return hours.values().stream().map(column).toArray();
    }
}
