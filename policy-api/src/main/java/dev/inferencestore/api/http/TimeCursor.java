package dev.inferencestore.api.http;

import dev.inferencestore.domain.event.EventTime;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** The last one of a page of what is listed by time: when it was made, to the microsecond, and its id. */
public record TimeCursor(Instant time, String id) {
    private static final Pattern PARTS = Pattern.compile("(\\d{1,16})_(.*)");

    /** The form of what {@link #text} gives. */
    public static final TextRule FORM = text -> {
        var parts = PARTS.matcher(text);
        return parts.matches() && TextRule.UUID.broken(parts.group(2)).isEmpty()
                ? Optional.empty()
                : Optional.of("must be a time and an id");
    };

    /** Reads a text of the form. */
    public static TimeCursor of(String text) {
        int end = text.indexOf('_');
        Instant time = EventTime.instant(Long.parseLong(text, 0, end, 10));
        return new TimeCursor(time, text.substring(end + 1));
    }

    public String text() {
        return EventTime.of(time) + "_" + id;
    }
}
