package dev.inferencestore.domain.retention;

/**
 * When automated runs are due: at the anchor and every interval after it. Times that were missed are made up for by one
 * run, and the next is due at its old time: daily at two stays daily at two.
 *
 * @param anchor milliseconds since 1970
 * @param interval milliseconds, above 0
 */
public record Schedule(long anchor, long interval) {

    /** The first due time after a moment. */
    public long nextAfter(long now) {
        return now < anchor ? anchor : anchor + ((now - anchor) / interval + 1) * interval;
    }
}
