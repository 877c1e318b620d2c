package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Event time, in microseconds since 1970. */
public final class Times {
    /** The header of an entry of a file that says, as RFC 3339 does, when the file was written. */
    public static final String FILE_TIME = "inferencestore-time";

    private Times() {}

    /**
     * When an inference was made: what the event says, or else when Kafka received it, or when its file was written.
     *
     * @param stated RFC 3339, or null
     */
    public static long createdAt(String field, @Nullable String stated, RawEvent event) throws BadEvent {
        if (stated == null) {
            if (event.timestamp() < 0) {
                return ofFile(field, event);
            }
            return check("the Kafka timestamp", Instant.ofEpochMilli(event.timestamp()), event);
        }
        return parsed(field, stated, event);
    }

    private static long ofFile(String field, RawEvent event) throws BadEvent {
        for (EventHeader header : event.headers()) {
            if (header.name().equals(FILE_TIME) && header.value() != null) {
                return parsed("the time of the file", new String(header.value(), StandardCharsets.UTF_8), event);
            }
        }
        throw new BadEvent(
                Failure.FIELD_MISSING, field + " is missing, and neither a Kafka record nor a file says a time");
    }

    private static long parsed(String field, String stated, RawEvent event) throws BadEvent {
        try {
            return check(field, OffsetDateTime.parse(stated).toInstant(), event);
        } catch (DateTimeException unreadable) {
            throw new BadEvent(
                    Failure.TIME_INVALID,
                    field + " '" + stated + "' is not a time as RFC 3339 writes it, like 2026-01-31T09:30:00Z");
        }
    }

    private static long check(String field, Instant time, RawEvent event) throws BadEvent {
        if (time.isBefore(Limits.EARLIEST) || !time.isBefore(Limits.LATEST)) {
            throw new BadEvent(Failure.TIME_INVALID, field + " " + time + " lies outside 1970 to 2199");
        }
        boolean isReceived = event.timestamp() >= 0;
        Instant now = isReceived ? Instant.ofEpochMilli(event.timestamp()) : Instant.now();
        if (time.isAfter(now.plus(Limits.AHEAD))) {
            throw new BadEvent(
                    Failure.TIME_IN_FUTURE,
                    field + " " + time + " is more than an hour after "
                            + (isReceived ? "Kafka received the event" : "the event is read") + " (" + now
                            + "); it would outlive its policy");
        }
        return EventTime.of(time);
    }
}
