package dev.inferencestore.job.replay.watch;

/** Keeps one reader to so many events a second, in little bursts. For one thread. */
final class Rate {
    private static final long SECOND = 1_000_000_000;
    private static final long BURST = SECOND / 20;

    private final double nanosEach;
    private double freeAt;
    private boolean begun;

    Rate(double eventsPerSecond) {
        nanosEach = SECOND / eventsPerSecond;
    }

    /** Nanoseconds until the next event may be read; zero where it may be now. */
    long nanosLeft(long now) {
        return begun ? Math.max(0, (long) (freeAt - now)) : 0;
    }

    /** Counts an event. */
    void took(long now) {
        freeAt = (begun ? Math.max(freeAt, now - (double) BURST) : now - (double) BURST) + nanosEach;
        begun = true;
    }
}
