package dev.inferencestore.api.inference;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Event times are whole microseconds. */
final class Micros {
    private Micros() {}

    /** Those from a part of a microsecond on, or before it, are those from or before the next. */
    static long ceil(Instant time) {
        return time.getEpochSecond() * 1_000_000 + (time.getNano() + 999) / 1000;
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
