package dev.inferencestore.domain.event;

import java.util.Locale;

/** Which half of an inference an event holds. */
public enum Part {
    REQUEST,
    RESPONSE,
    BOTH;

    /** The half of this name. */
    public static Part of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
