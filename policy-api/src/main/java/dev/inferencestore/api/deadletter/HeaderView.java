package dev.inferencestore.api.deadletter;

import dev.inferencestore.domain.event.EventHeader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header of an event, or its key, as text that is safe to be shown: senders forward what they got, credentials included.
 *
 * @param value its beginning; null where it has none
 * @param size bytes of all of it
 */
record HeaderView(String name, @Nullable String value, int size) {
    private static final int LONGEST = 1024;
    private static final String HIDDEN = "(hidden)";

    private static final String WORDS = "authorization|cookie|secret|passw|api[-_]?key|credential|signature";
    private static final Pattern SECRET_NAME = Pattern.compile(WORDS + "|token$", Pattern.CASE_INSENSITIVE);

    /** Within a value: KServe's loggers put the headers of a call into one as JSON, others send addresses. */
    private static final Pattern SECRET_TEXT = Pattern.compile(
            "(?:" + WORDS + "|token)\\w{0,20}[\"']?\\s*[:=]|\\b(?:bearer|basic)\\s+\\S", Pattern.CASE_INSENSITIVE);

    static HeaderView of(EventHeader header) {
        return of(header.name(), header.value());
    }

    static HeaderView of(String name, byte @Nullable [] bytes) {
        if (bytes == null) {
            return new HeaderView(name, null, 0);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        boolean secret =
                SECRET_NAME.matcher(name).find() || SECRET_TEXT.matcher(shown).find();
        return new HeaderView(name, secret ? HIDDEN : shown, bytes.length);
    }
}
