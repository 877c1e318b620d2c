package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.retention.VisibleCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a model, as people see it: halves joined, nothing below the floors but what is held. Every call reads
 * one snapshot and looks at a bounded number of rows.
 */
public final class Inferences {
    /** What a page shows at most, about: outputs and metadata. */
    private static final long MOST_WEIGHT = 8 * 1024 * 1024;

    private static final int FIRST_LOOK = 64;
    private static final int LARGEST_LOOK = 16_384;

    /** Rows whose other halves are looked up at once. */
    private static final int TAKEN_AT_ONCE = 1000;

    /** So many responses are each asked for their request when inferences are counted. */
    private static final long MOST_RESPONSES = 20_000;

    private final Jdbi jdbi;

    public Inferences(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * One page of a list.
     *
     * @throws NotFound when the model is unknown
     */
    public InferencePage page(String modelId, InferenceQuery query, Budget budget) {
        return seeing(modelId, (handle, seen) -> {
            budget.begin();
            return page(handle, modelId, seen, query, budget);
        });
    }

    /**
     * Counts, from a place on where it is to go on. Without anything but a time in its filter the count is added up, and
     * not bounded.
     *
     * @param query whose limit and order do not matter
     * @throws NotFound when the model is unknown
     */
    public InferenceCount count(String modelId, InferenceQuery query, Budget budget) {
        boolean bySums = query.part() == null
                && query.after() == null
                && query.filter().onlyTime()
                && query.filter().inferenceIds().isEmpty();
        return seeing(modelId, (handle, seen) -> {
            budget.begin();
            return bySums
                    ? addUp(handle, modelId, seen, query.filter())
                    : countRows(handle, modelId, seen, query, budget);
        });
    }

    /**
     * One inference with its whole output, where that is in the row.
     *
     * @param at event time in microseconds of one of its halves; null for the newest inference of this id
     * @throws NotFound when the model or the inference is unknown; saying so where it was erased
     */
    public StoredInference read(String modelId, String inferenceId, @Nullable Long at) {
        return seeing(modelId, (handle, seen) -> find(handle, modelId, seen, inferenceId, at)
                .orElseThrow(() -> unknown(handle, modelId, inferenceId)));
    }

    private <T> T seeing(String modelId, BiFunction<Handle, Seen, T> read) {
        return jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> read.apply(handle, Seen.of(handle, modelId)));
    }

    private static InferencePage page(Handle handle, String modelId, Seen seen, InferenceQuery query, Budget budget) {
        Halves halves = new Halves(handle, modelId, seen, query.mostOutput());
        List<Halves.Pair> found = new ArrayList<>();
        Place end = goOver(
                new Scan(handle, modelId, seen, query), budget, Math.max(FIRST_LOOK, query.limit() + 1), rows -> {
                    halves.pairs(rows).stream()
                            .filter(pair -> query.part() == null || query.part() == pair.part())
                            .forEach(found::add);
                    return found.size() > query.limit();
                });
        List<Halves.Pair> shown = fitting(found, query.limit());
        Place next = shown.size() < found.size() ? shown.get(shown.size() - 1).place() : end;
        return new InferencePage(Rows.read(handle, modelId, seen, shown, query.mostOutput()), next);
    }

    /**
     * Goes over rows, more of them each time, until there are no more, or it has enough, or the budget is spent; once in
     * any case, so that every call gets further. Those that are meant are taken some at a time, since each may cost
     * look-ups of its own.
     *
     * @param take takes some rows and says whether it has enough
     * @return where it ended; null when there are no more
     */
    private static @Nullable Place goOver(Scan scan, Budget budget, int firstLook, Predicate<List<Scan.Row>> take) {
        int look = firstLook;
        boolean enough = false;
        do {
            List<Scan.Row> rows = scan.next(look, budget);
            for (int from = 0; from < rows.size(); from += TAKEN_AT_ONCE) {
                int to = Math.min(rows.size(), from + TAKEN_AT_ONCE);
                enough = take.test(rows.subList(from, to));
                if (to < rows.size() && (enough || budget.isLate())) {
                    return rows.get(to - 1).place();
                }
            }
            look = Math.min(LARGEST_LOOK, look * 4);
        } while (!enough && !scan.ended() && !budget.isSpent());
        return scan.ended() ? null : scan.last();
    }

    /** As many as the page may have; the first one whatever it weighs. */
    private static List<Halves.Pair> fitting(List<Halves.Pair> found, int limit) {
        long weight = 0;
        for (int i = 0; i < Math.min(limit, found.size()); i++) {
            weight += found.get(i).weight();
            if (weight > MOST_WEIGHT && i > 0) {
                return found.subList(0, i);
            }
        }
        return found.subList(0, Math.min(limit, found.size()));
    }

    private static InferenceCount countRows(
            Handle handle, String modelId, Seen seen, InferenceQuery query, Budget budget) {
        Halves halves = new Halves(handle, modelId, seen, query.mostOutput());
        long[] count = {0};
        Place end = goOver(new Scan(handle, modelId, seen, query), budget, LARGEST_LOOK, rows -> {
            count[0] += query.part() == null
                    ? halves.firsts(rows).size()
                    : halves.pairs(rows).stream()
                            .filter(pair -> pair.part() == query.part())
                            .count();
            return false;
        });
        return new InferenceCount(count[0], true, end);
    }

    /** All rows that are seen, but for responses that belong to a request. */
    private static InferenceCount addUp(Handle handle, String modelId, Seen seen, InferenceFilter filter) {
        long from = filter.start() == null ? Long.MIN_VALUE : filter.start();
        long to = filter.end() == null ? Seen.END : filter.end();
        long rows = VisibleCount.records(handle, modelId, seen.floor(), from, to);
        boolean anyResponse = handle.createQuery(InferenceSql.ANY_RESPONSE)
                .bind("modelId", modelId)
                .bind("from", seen.from(from))
                .bind("to", to)
                .mapTo(Boolean.class)
                .one();
        if (!anyResponse) {
            return new InferenceCount(rows, true, null);
        }
        List<Place> responses = handle.createQuery(InferenceSql.responses(seen))
                .bind("modelId", modelId)
                .bind("floor", seen.floor())
                .bind("from", seen.from(from))
                .bind("to", to)
                .bind("limit", MOST_RESPONSES + 1)
                .map((row, context) -> Scan.place(row))
                .list();
        if (responses.size() > MOST_RESPONSES) {
            long all = handle.createQuery(InferenceSql.countResponses(seen))
                    .bind("modelId", modelId)
                    .bind("floor", seen.floor())
                    .bind("from", seen.from(from))
                    .bind("to", to)
                    .mapTo(Long.class)
                    .one();
            return new InferenceCount(Math.max(0, rows - all), false, null);
        }
        int second = new Halves(handle, modelId, seen, 0).requestsOf(responses).size();
        return new InferenceCount(rows - second, true, null);
    }

    private static Optional<StoredInference> find(
            Handle handle, String modelId, Seen seen, String inferenceId, @Nullable Long at) {
        Halves halves = new Halves(handle, modelId, seen, 0);
        return handle.createQuery(InferenceSql.newest(seen))
                .bind("modelId", modelId)
                .bind("inferenceId", inferenceId)
                .bind("floor", seen.floor())
                .bind("at", at)
                .map((row, context) -> new Place(row.getLong("created_at"), inferenceId, Scan.part(row)))
                .findOne()
                .map(halves::firstOf)
                .map(first -> halves.pairs(List.of(new Scan.Row(first, 0))))
                .flatMap(pairs -> Rows.read(handle, modelId, seen, pairs, Long.MAX_VALUE).stream()
                        .findFirst());
    }

    private static NotFound unknown(Handle handle, String modelId, String inferenceId) {
        return handle.createQuery(InferenceSql.ERASED_AT)
                .bind("modelId", modelId)
                .bind("inferenceId", inferenceId)
                .mapTo(Long.class)
                .findOne()
                .map(erasedAt -> NotFound.erased(modelId, inferenceId, erasedAt))
                .orElseGet(() -> NotFound.inference(modelId, inferenceId));
    }
}
