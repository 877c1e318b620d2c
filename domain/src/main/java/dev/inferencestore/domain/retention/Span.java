package dev.inferencestore.domain.retention;

/**
 * A range of event time, half open.
 *
 * @param from microseconds since 1970, or {@link Cutoffs#KEEP} for the beginning of time
 * @param to at least {@code from}; {@link #END} for the end of time
 */
public record Span(long from, long to) {
    /** Above every time. */
    public static final long END = Long.MAX_VALUE;

    public Span {
        if (to < from) {
            throw new IllegalArgumentException("it ends before it begins: " + from + " " + to);
        }
    }

    public boolean isEmpty() {
        return from == to;
    }

    /** What is in both; empty where nothing is. */
    public Span within(Span other) {
        long start = Math.max(from, other.from);
        return new Span(start, Math.max(start, Math.min(to, other.to)));
    }
}
