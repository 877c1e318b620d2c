package dev.inferencestore.domain.retention;

import org.jspecify.annotations.Nullable;

/**
 * Two points of event time: what is below the one goes as a record, what is below the other goes as an input. Both are
 * exclusive.
 *
 * @param records microseconds since 1970, or {@link #KEEP}
 * @param blobs the same for inputs
 */
public record Cutoffs(long records, long blobs) {
    /** Below every time: nothing goes. */
    public static final long KEEP = Long.MIN_VALUE;

    public static final Cutoffs NONE = new Cutoffs(KEEP, KEEP);

    /**
     * What a policy lets go at a moment.
     *
     * @param terms null where there is no policy
     * @param now microseconds since 1970
     */
    public static Cutoffs at(@Nullable PolicyTerms terms, long now) {
        return terms == null ? NONE : new Cutoffs(before(now, terms.recordAge()), before(now, terms.blobAge()));
    }

    /** For each, the lower one. */
    public Cutoffs lower(Cutoffs other) {
        return new Cutoffs(Math.min(records, other.records), Math.min(blobs, other.blobs));
    }

    /** For each, the higher one. */
    public Cutoffs higher(Cutoffs other) {
        return new Cutoffs(Math.max(records, other.records), Math.max(blobs, other.blobs));
    }

    /** Whether neither is above the other's. */
    public boolean within(Cutoffs other) {
        return records <= other.records && blobs <= other.blobs;
    }

    private static long before(long now, @Nullable Long age) {
        return age == null ? KEEP : now - age * 1_000_000;
    }
}
