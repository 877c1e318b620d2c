package dev.inferencestore.domain.retention;

import java.util.Locale;

/** What a run does with what is past its age. */
public enum DeleteAction {
    /** Hides it at once and removes it after a grace period, in which it can be restored. */
    SOFT,
    /** Hides it at once and removes it for good. */
    HARD;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #text} gives. */
    public static DeleteAction of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
