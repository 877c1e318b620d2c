package dev.inferencestore.domain.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Event times are whole microseconds since 1970. */
public final class EventTime {
    private static final int NANOS = 1000;

    private EventTime() {}

    /** The microsecond that a time is in. */
    public static long of(Instant time) {
        // ChronoUnit.MICROS.between() counts nanoseconds on the way, of which a long holds 292 years only.
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / NANOS);
    }

    /** Where a range begins or ends: those from a part of a microsecond on, or before it, are those from or before the next. */
    public static long bound(Instant time) {
        return of(time.plusNanos(NANOS - 1));
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
