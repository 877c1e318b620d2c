package dev.inferencestore.api.http;

import dev.inferencestore.domain.event.EventTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A half-open range of event time in the fields {@code start} and {@code end}, either or both.
 *
 * @param start microseconds since 1970; null where it is left out
 * @param end the same, after start
 */
public record TimeRange(@Nullable Long start, @Nullable Long end) {
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

    /** Reads it; what breaks a rule, the fields keep. */
    public static TimeRange read(Fields fields) {
        Long start = micros(fields, "start");
        Long end = micros(fields, "end");
        if (start != null && end != null && end <= start) {
            fields.error("end", "must be after start, by a microsecond at least");
        }
        return new TimeRange(start, end);
    }

    /** Whether neither end is given. */
    public boolean isEmpty() {
        return start == null && end == null;
    }

    private static @Nullable Long micros(Fields fields, String field) {
        Instant time = fields.optionalTime(field);
        if (time == null) {
            return null;
        }
        if (time.isBefore(FIRST) || time.isAfter(LAST)) {
            fields.error(field, "must be in the years 0000 to 9999 of UTC, to the microsecond");
            return null;
        }
        return EventTime.bound(time);
    }
}
