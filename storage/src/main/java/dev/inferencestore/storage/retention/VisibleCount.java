package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Span;
import org.jdbi.v3.core.Handle;

/** How many rows of a model are seen, added up by hours. */
public final class VisibleCount {
    private VisibleCount() {}

    /**
     * Rows above the visible floor, and those below it that are held.
     *
     * @param floor visible floor of records, microseconds
     * @param from event time in microseconds
     * @param to event time in microseconds before which they are
     */
    public static long records(Handle handle, String modelId, long floor, long from, long to) {
        long seen =
                Matched.sums(handle, modelId, Math.max(floor, from), to, false).records();
        return from < Math.min(floor, to)
                ? seen + Held.read(handle, modelId).records(new Span(from, Math.min(floor, to)))
                : seen;
    }
}
