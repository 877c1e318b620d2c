package dev.inferencestore.api.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many calls each caller may still make: a bucket each that fills with time up to a bound, from which every call takes
 * one. Of a bounded number of callers, those that called last; one that is forgotten begins with a full bucket. Safe for
 * use by several threads.
 */
final class RateLimit {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private final int burst;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets;

    private static final class Bucket {
        private double left;
        private long filledAt;

        private Bucket(double left, long filledAt) {
            this.left = left;
            this.filledAt = filledAt;
        }
    }

    /**
     * What a caller has left.
     *
     * @param allowed whether this call may be made
     * @param left calls that may be made at once
     * @param retryAfterSeconds when the next one may be made; 0 where it may now
     */
    record Verdict(boolean allowed, long left, long retryAfterSeconds) {}

    /**
     * Full buckets.
     *
     * @param burst how many calls a bucket holds
     * @param most callers to remember
     * @param nanos a clock that never jumps
     */
    RateLimit(double perSecond, int burst, int most, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanos = nanos;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > most;
            }
        };
    }

    int burst() {
        return burst;
    }

    /** How long an empty bucket takes to be full. */
    long fullAfterSeconds() {
        return (long) Math.ceil(burst / perSecond);
    }

    /** Takes one call from a caller's bucket, if it has one. */
    synchronized Verdict take(String caller) {
        long now = nanos.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(caller, unseen -> new Bucket(burst, now));
        bucket.left = Math.min(burst, bucket.left + (now - bucket.filledAt) / NANOS * perSecond);
        bucket.filledAt = now;
        boolean allowed = bucket.left >= 1;
        if (allowed) {
            bucket.left -= 1;
        }
        long wait = bucket.left >= 1 ? 0 : (long) Math.ceil((1 - bucket.left) / perSecond);
        return new Verdict(allowed, (long) bucket.left, allowed ? 0 : Math.max(1, wait));
    }

    /** How many callers it remembers. */
    synchronized int size() {
        return buckets.size();
    }
}
