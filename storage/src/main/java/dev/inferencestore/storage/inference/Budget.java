package dev.inferencestore.storage.inference;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How much one call may look at before it answers with what it has. */
public final class Budget {
    private final LongSupplier nanos;
    private final long time;
    private long until;
    private long rows;

    /**
     * Has not begun yet.
     *
     * @param rows most rows to look at
     * @param time most time to take
     * @param nanos a clock that never goes back
     */
    public Budget(long rows, Duration time, LongSupplier nanos) {
        this.nanos = nanos;
        this.rows = rows;
        this.time = time.toNanos();
    }

    /** Two seconds, or two hundred thousand rows. */
    public static Budget ofOneCall() {
        return new Budget(200_000, Duration.ofSeconds(2), System::nanoTime);
    }

    /** How many of these rows it still lets be looked at. */
    int allow(int wanted) {
        return (int) Math.min(wanted, rows);
    }

    void spend(int looked) {
        rows -= looked;
    }

    /** Its time begins: waiting for a connection is not looking. */
    void begin() {
        until = nanos.getAsLong() + time;
    }

    boolean isLate() {
        return nanos.getAsLong() - until >= 0;
    }

    boolean isSpent() {
        return rows <= 0 || isLate();
    }
}
