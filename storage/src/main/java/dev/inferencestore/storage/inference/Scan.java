package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.filter.FilterSql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Goes over the rows of a model in the order of a list, so many at a time. */
final class Scan {
    /** Rows that are looked up by an index at once, of all values together: they are all over the table. */
    private static final int MOST_BY_INDEX = 16_384;

    private final Handle handle;
    private final String modelId;
    private final Seen seen;
    private final InferenceQuery query;
    private final IndexedKeys.@Nullable Use index;
    private @Nullable Place last;
    private boolean ended;

    /** A row that is meant, and what a page would show of it, in bytes. */
    record Row(Place place, long weight) {}

    Scan(Handle handle, String modelId, Seen seen, InferenceQuery query) {
        this.handle = handle;
        this.modelId = modelId;
        this.seen = seen;
        this.query = query;
        index = IndexedKeys.use(handle, modelId, query.filter());
        last = query.after();
    }

    /** The last row that was looked at; before the first one, where the page begins. */
    @Nullable
    Place last() {
        return last;
    }

    /** Whether there are no more rows. */
    boolean ended() {
        return ended;
    }

    /** The next rows that are meant, of so many that are looked at. */
    List<Row> next(int rows, Budget budget) {
        int allowed = budget.allow(
                index == null
                        ? rows
                        : Math.min(
                                rows,
                                Math.max(
                                        query.limit() + 1,
                                        MOST_BY_INDEX / index.values().size())));
        List<Row> found = new ArrayList<>();
        int[] looked = {0};
        statement(allowed)
                .map((row, context) -> {
                    looked[0] = row.getInt("looked");
                    last = place(row);
                    if (row.getBoolean("meets")) {
                        found.add(new Row(Objects.requireNonNull(last), row.getLong("weight")));
                    }
                    return true;
                })
                .list();
        budget.spend(looked[0]);
        ended = looked[0] < allowed;
        return found;
    }

    static Place place(ResultSet row) throws SQLException {
        return new Place(row.getLong("created_at"), row.getString("inference_id"), part(row));
    }

    static Part part(ResultSet row) throws SQLException {
        return Part.of(row.getString("part"));
    }

    private Query statement(int rows) {
        InferenceFilter filter = query.filter();
        Query statement = handle.createQuery(InferenceSql.scan(modelId, query.from(last), seen, index))
                .bind("modelId", modelId)
                .bind("floor", seen.floor())
                .bind("from", seen.from(filter.start() == null ? Long.MIN_VALUE : filter.start()))
                .bind("to", filter.end() == null ? Seen.END : Math.min(filter.end(), Seen.END))
                .bind("mostOutput", query.mostOutput())
                .bind("rows", rows);
        if (!filter.inferenceIds().isEmpty()) {
            statement.bind("ids", filter.inferenceIds().toArray(new String[0]));
        }
        if (index != null) {
            statement.bind("indexed", index.values().toArray(new String[0]));
        }
        if (last != null) {
            statement
                    .bind("afterTime", last.createdAt())
                    .bind("afterId", last.inferenceId())
                    .bind("afterPart", last.part().text());
        }
        return FilterSql.bindContent(statement, filter);
    }
}
