package dev.inferencestore.storage.progress;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of each model's events, for the question why nothing is stored. */
public final class IngestCounts {
    private static final Comparator<Map.Entry<Key, Count>> BY_KEY = Comparator.comparing(
                    (Map.Entry<Key, Count> entry) -> entry.getKey().modelId())
            .thenComparing(entry -> entry.getKey().outcome())
            .thenComparing(entry -> entry.getKey().reason());

    private IngestCounts() {}

    /** Adds to the counts of a writer, in the caller's transaction. */
    public static void add(Connection connection, int slot, Map<Key, Count> counts) throws SQLException {
        if (counts.isEmpty()) {
            return;
        }
        List<Map.Entry<Key, Count>> sorted = new ArrayList<>(counts.entrySet());
        sorted.sort(BY_KEY);
        try (PreparedStatement statement = connection.prepareStatement(ProgressSql.ADD_INGEST)) {
            for (Map.Entry<Key, Count> entry : sorted) {
                statement.setString(1, entry.getKey().modelId());
                statement.setString(2, entry.getKey().outcome());
                statement.setString(3, entry.getKey().reason());
                statement.setInt(4, slot);
                statement.setLong(5, entry.getValue().count);
                statement.setString(6, entry.getValue().detail);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** A model, what became of events, and why. */
    public record Key(String modelId, String outcome, String reason) {}

    /** How many, and the last one's detail. */
    public static final class Count {
        private long count;
        private @Nullable String detail;

        public void add(long more, @Nullable String lastDetail) {
            count += more;
            if (lastDetail != null) {
                detail = lastDetail;
            }
        }

        public long count() {
            return count;
        }
    }
}
