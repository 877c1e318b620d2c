package dev.inferencestore.domain.event;

import java.util.Locale;

/** Which half of an inference an event holds. */
public enum Part {
    REQUEST,
    RESPONSE,
    BOTH;

    /** As it is stored and shown. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
