package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.VisibleCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a model as it came, half by half in the order of event time, for who sends it on. As with
 * {@link Inferences}, nothing below the floors is seen but what is held.
 */
public final class StoredRows {
    /** Outputs and metadata of a page, about. */
    private static final long MOST_WEIGHT = 8 * 1024 * 1024;

    private final Jdbi jdbi;

    public StoredRows(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Some rows in their order.
     *
     * @param next where to go on; null when there are no more. A page may be empty and still have one
     */
    public record Page(List<StoredHalf> rows, @Nullable Place next) {}

    /**
     * One page, with the outputs that are in rows.
     *
     * @param from event time in microseconds
     * @param to event time in microseconds before which they are
     * @param after where the page before ended; null for the first one
     * @param limit the most rows on it
     * @throws NotFound when the model is unknown
     */
    public Page page(String modelId, long from, long to, @Nullable Place after, int limit) {
        return seeing(modelId, (handle, seen) -> {
            Budget budget = Budget.ofOneCall();
            budget.begin();
            InferenceFilter filter = new InferenceFilter(List.of(), from, to, null, null);
            Scan scan = new Scan(
                    handle, modelId, seen, new InferenceQuery(filter, null, false, after, limit, Long.MAX_VALUE));
            List<Scan.Row> found = scan.next(limit, budget);
            List<Place> shown = fitting(found);
            Place end = scan.ended() ? null : scan.last();
            Place next = shown.size() < found.size() ? shown.get(shown.size() - 1) : end;
            Map<Place, StoredHalf> halves = Rows.halves(handle, modelId, seen, shown, Long.MAX_VALUE);
            return new Page(
                    shown.stream()
                            .filter(halves::containsKey)
                            .map(place -> Objects.requireNonNull(halves.get(place)))
                            .toList(),
                    next);
        });
    }

    /**
     * How many rows there are.
     *
     * @param from event time in microseconds
     * @param to event time in microseconds before which they are
     * @throws NotFound when the model is unknown
     */
    public long count(String modelId, long from, long to) {
        return seeing(modelId, (handle, seen) -> VisibleCount.records(handle, modelId, seen.floor(), from, to));
    }

    /**
     * The event time of the last row.
     *
     * @throws NotFound when the model is unknown
     */
    public OptionalLong last(String modelId) {
        return seeing(modelId, (handle, seen) -> {
            Budget budget = Budget.ofOneCall();
            budget.begin();
            Scan scan =
                    new Scan(handle, modelId, seen, new InferenceQuery(InferenceFilter.ALL, null, true, null, 1, 0));
            return scan.next(1, budget).stream()
                    .mapToLong(row -> row.place().createdAt())
                    .findFirst();
        });
    }

    private <T> T seeing(String modelId, BiFunction<Handle, Seen, T> read) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> read.apply(handle, Seen.of(handle, modelId)));
    }

    /** As many as the page may have; the first one whatever it weighs. */
    private static List<Place> fitting(List<Scan.Row> found) {
        List<Place> shown = new ArrayList<>();
        long weight = 0;
        for (Scan.Row row : found) {
            weight += row.weight();
            if (weight > MOST_WEIGHT && !shown.isEmpty()) {
                break;
            }
            shown.add(row.place());
        }
        return shown;
    }
}
