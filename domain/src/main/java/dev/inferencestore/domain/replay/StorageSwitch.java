package dev.inferencestore.domain.replay;

import java.util.Locale;

/**
 * A moment at which storage of a model changed.
 *
 * @param at microseconds since 1970
 */
public record StorageSwitch(String modelId, long at, Change change) {
    /** What happened. */
    public enum Change {
        ENABLED,
        DISABLED,
        UNREGISTERED,
        /** After it was unregistered. Storage is off, but not on purpose, until it is enabled. */
        REGISTERED_ANEW;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads what {@link #text} gives. */
        public static Change of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }
}
