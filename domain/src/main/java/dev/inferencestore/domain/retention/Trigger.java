package dev.inferencestore.domain.retention;

import java.util.Locale;

/** Why there is a task. */
public enum Trigger {
    /** A person asked. */
    MANUAL,
    /** The policy's interval was over. */
    AUTOMATED,
    /** The grace period of a SOFT task was over. */
    PURGE,
    /** A person asked for certain inferences to go. */
    ERASE;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #text} gives. */
    public static Trigger of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
