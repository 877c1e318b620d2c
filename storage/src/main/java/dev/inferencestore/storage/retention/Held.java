package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.domain.retention.Spans;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * What the holds in force of a model keep: times, which are reckoned with, and ids besides, which are looked up.
 *
 * @param ids whether any hold names ids
 */
record Held(Handle handle, String modelId, Spans times, boolean ids) {
    static final RowMapper<Span> SPAN = (row, context) -> new Span(row.getLong("from_time"), row.getLong("to_time"));

    static Held read(Handle handle, String modelId) {
        List<Span> times = handle.createQuery(HeldSql.TIMES)
                .bind("modelId", modelId)
                .map(SPAN)
                .list();
        boolean ids = handle.createQuery(HeldSql.NAMES_IDS)
                .bind("modelId", modelId)
                .mapTo(Boolean.class)
                .one();
        return new Held(handle, modelId, Spans.union(times), ids);
    }

    /** What of a range no time of a hold covers. */
    Spans free(long from, long to) {
        return from >= to
                ? Spans.NONE
                : Spans.union(List.of(new Span(from, to))).without(times);
    }

    /** Rows of a range that holds keep by their ids only. */
    Matched.Sums byIds(long from, long to) {
        if (!ids || from >= to) {
            return Matched.Sums.NONE;
        }
        return handle.createQuery(HeldSql.SUM_IDS)
                .bind("modelId", modelId)
                .bind("from", from)
                .bind("to", to)
                .map((row, context) -> new Matched.Sums(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    /** How many records a run with these cutoffs leaves because of holds, or leaves their inputs. */
    long back(Cutoffs cutoffs) {
        long records = in(Cutoffs.KEEP, cutoffs.records()).records();
        return records + in(cutoffs.records(), cutoffs.blobs()).inputs();
    }

    /** How many records of a range are held. */
    long records(Span range) {
        return in(range.from(), range.to()).records();
    }

    private Matched.Sums in(long from, long to) {
        Matched.Sums all = byIds(from, to);
        if (from < to) {
            for (Span span : times.within(new Span(from, to)).all()) {
                // An input may have gone before the hold came.
                all = all.plus(Matched.sums(handle, modelId, span.from(), span.to(), true));
            }
        }
        return all;
    }
}
