package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.filter.InferenceFilter;
import org.jspecify.annotations.Nullable;

/**
 * One page of the inferences of a model.
 *
 * @param filter what the first half that is there meets: its time, its action, its metadata
 * @param part which halves are there; null means any
 * @param newestFirst the order
 * @param after where the page before ended; null for the first one
 * @param limit the most inferences on it
 * @param mostOutput the most bytes of an output that are shown; a longer one is left out
 */
public record InferenceQuery(
        InferenceFilter filter,
        @Nullable Part part,
        boolean newestFirst,
        @Nullable Place after,
        int limit,
        long mostOutput) {
    /** Bytes of an output that lists show; longer ones are read one by one. */
    public static final long OUTPUT_LISTED = 64 * 1024;

    /** A page that shows outputs as lists do. */
    public InferenceQuery(
            InferenceFilter filter, @Nullable Part part, boolean newestFirst, @Nullable Place after, int limit) {
        this(filter, part, newestFirst, after, limit, OUTPUT_LISTED);
    }

    /** Of the same list, the page that begins here. */
    public InferenceQuery from(@Nullable Place place) {
        return new InferenceQuery(filter, part, newestFirst, place, limit, mostOutput);
    }
}
