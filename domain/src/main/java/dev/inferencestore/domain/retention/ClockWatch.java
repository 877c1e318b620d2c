package dev.inferencestore.domain.retention;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Says what time it is and whether to believe it. A clock that is ahead would remove what should stay, so "now" is the
 * earlier of this machine's clock and the database's, and nothing is removed while the two differ by more than a
 * minute or for a while after this clock has jumped. Safe for use by several threads.
 */
public final class ClockWatch {
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration AFTER_JUMP = Duration.ofMinutes(10);

    private final Clock clock;
    private final LongSupplier nanos;
    private long anchorMillis;
    private long anchorNanos;
    private long jumpNanos;
    private boolean jumped;

    /**
     * Begins to watch.
     *
     * @param nanos a clock that never jumps, as {@link System#nanoTime}
     */
    public ClockWatch(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        anchor();
    }

    /**
     * The earlier of both clocks.
     *
     * @param databaseMicros the database's clock, microseconds since 1970
     * @return microseconds since 1970
     */
    public long now(long databaseMicros) {
        return Math.min(clock.millis() * 1000, databaseMicros);
    }

    /**
     * Why nothing may be removed now, as a sentence; empty when the time can be believed.
     *
     * @param databaseMicros the database's clock, microseconds since 1970
     */
    public synchronized Optional<String> doubt(long databaseMicros) {
        long apart = clock.millis() - databaseMicros / 1000;
        if (Math.abs(apart) > MOST.toMillis()) {
            return Optional.of("clock: this machine's clock is " + text(apart)
                    + " that of the database; nothing is removed until both are right");
        }
        long now = nanos.getAsLong();
        long drift = clock.millis() - anchorMillis - (now - anchorNanos) / 1_000_000;
        if (Math.abs(drift) > MOST.toMillis()) {
            jumped = true;
            jumpNanos = now;
            anchor();
            return Optional.of("clock: this machine's clock jumped by " + Math.abs(drift) / 1000
                    + " s; nothing is removed for " + AFTER_JUMP.toMinutes() + " minutes");
        }
        if (jumped && now - jumpNanos < AFTER_JUMP.toNanos()) {
            return Optional.of("clock: this machine's clock jumped less than " + AFTER_JUMP.toMinutes()
                    + " minutes ago; nothing is removed until then");
        }
        jumped = false;
        return Optional.empty();
    }

    private void anchor() {
        anchorMillis = clock.millis();
        anchorNanos = nanos.getAsLong();
    }

    private static String text(long apartMillis) {
        return Math.abs(apartMillis) / 1000 + " s " + (apartMillis > 0 ? "ahead of" : "behind");
    }
}
