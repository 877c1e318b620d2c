package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.domain.retention.Spans;
import dev.inferencestore.storage.floor.FloorRows;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What is below the hard floors because a hold kept it that was lifted since. The next run that removes takes it. */
final class LeftBehind {
    private LeftBehind() {}

    /** The latest lifting; 0 where there is none. */
    static long upto(Handle handle, String modelId) {
        return handle.createQuery(HeldSql.LATEST_LIFTED)
                .bind("modelId", modelId)
                .mapTo(Long.class)
                .one();
    }

    /** The times it may be in. */
    static Spans spans(Handle handle, String modelId) {
        return Spans.union(handle.createQuery(HeldSql.LEFT_BEHIND)
                .bind("modelId", modelId)
                .map(Held.SPAN)
                .list());
    }

    /** Once a run has gone over all that was lifted up to then. */
    static void forget(Handle handle, String modelId, long upto) {
        handle.createUpdate(HeldSql.FORGET)
                .bind("modelId", modelId)
                .bind("upto", upto)
                .execute();
    }

    /** Adds it to what a run finds. */
    static Matched addTo(Matched found, Handle handle, String modelId) {
        Spans spans = spans(handle, modelId);
        if (spans.all().isEmpty()) {
            return found;
        }
        Cutoffs hard = FloorRows.read(handle, modelId).orElseThrow().hard();
        Held held = Held.read(handle, modelId);
        List<Long> ends = new ArrayList<>();
        Matched.Sums records = Matched.Sums.NONE;
        for (Span span : below(hard.records(), spans, held)) {
            records = records.plus(count(handle, modelId, span, held));
            ends.addAll(Matched.ends(handle, modelId, span, held, false));
        }
        Matched.Sums inputs = Matched.Sums.NONE;
        for (Span span : below(hard.blobs(), spans, held)) {
            inputs = inputs.plus(count(handle, modelId, span, held));
            ends.addAll(Matched.ends(handle, modelId, span, held, true));
        }
        return found.plus(records, inputs, ends);
    }

    private static List<Span> below(long floor, Spans spans, Held held) {
        return spans.within(new Span(Cutoffs.KEEP, floor)).without(held.times()).all();
    }

    private static Matched.Sums count(Handle handle, String modelId, Span span, Held held) {
        return Matched.sums(handle, modelId, span.from(), span.to(), true).minus(held.byIds(span.from(), span.to()));
    }
}
