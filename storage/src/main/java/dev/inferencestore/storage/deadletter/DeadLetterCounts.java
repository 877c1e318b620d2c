package dev.inferencestore.storage.deadletter;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * How many events were dead letters, as the job counts them. Connections must have {@code inference_store} as their schema.
 */
public final class DeadLetterCounts {
    private final Jdbi jdbi;

    public DeadLetterCounts(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Totals of the job by reason, which move with the offsets that it has read.
     *
     * @param at when the job last said so
     */
    public record Totals(Map<String, Long> byReason, Instant at) {}

    /**
     * Those of a model for one reason. After a crash, what is read again is counted again.
     *
     * @param detail what was said about the last one
     */
    public record OfModel(
            String modelId,
            String reason,
            long count,
            Instant lastAt,
            @Nullable String detail) {}

    /**
     * Which are counted.
     *
     * @param projects of models of these; null for all
     */
    public record Query(
            @Nullable Set<String> projects,
            @Nullable String reason,
            @Nullable String modelId) {}

    /**
     * The totals of the newest job; empty where none has run for a month.
     *
     * @param reason only those for this one; null for all
     */
    public Optional<Totals> totals(@Nullable String reason) {
        record Row(String reason, long count, Instant at) {}
        List<Row> rows = jdbi.withHandle(handle -> handle.createQuery(DeadLetterSql.TOTALS)
                .bindByType("reason", reason, String.class)
                .map((row, context) -> new Row(
                        row.getString("reason"),
                        row.getLong("count"),
                        row.getObject("at", OffsetDateTime.class).toInstant()))
                .list());
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Long> byReason = new TreeMap<>();
        // One row without a reason is always there: it says when.
        rows.stream().filter(row -> row.reason() != null).forEach(row -> byReason.put(row.reason(), row.count()));
        return Optional.of(new Totals(byReason, rows.get(0).at()));
    }

    /** The counts of models added up by reason. */
    public Map<String, Long> byReason(Query query) {
        Map<String, Long> sums = new TreeMap<>();
        jdbi.useHandle(handle -> handle.createQuery(DeadLetterSql.MODELS_BY_REASON)
                .bindMap(asked(query))
                .bindByType("reason", query.reason(), String.class)
                .bindByType("modelId", query.modelId(), String.class)
                .map((row, context) -> Map.entry(row.getString("reason"), row.getLong("count")))
                .forEach(sum -> sums.put(sum.getKey(), sum.getValue())));
        return sums;
    }

    /** The counts of models, those whose last one is newest first. */
    public List<OfModel> byModel(Query query, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(DeadLetterSql.BY_MODEL)
                .bindMap(asked(query))
                .bindByType("reason", query.reason(), String.class)
                .bindByType("modelId", query.modelId(), String.class)
                .bind("limit", limit)
                .map((row, context) -> new OfModel(
                        row.getString("model_id"),
                        row.getString("reason"),
                        row.getLong("count"),
                        row.getObject("last_at", OffsetDateTime.class).toInstant(),
                        row.getString("detail")))
                .list());
    }

    private static Map<String, Object> asked(Query query) {
        return Map.of(
                "all",
                query.projects() == null,
                "projects",
                query.projects() == null ? new String[0] : query.projects().toArray(String[]::new));
    }
}
