package dev.inferencestore.storage.inference;

import java.util.Locale;

/** What became of the input of an inference. */
public enum InputState {
    /** It can be read. */
    AVAILABLE,
    /** Past its age. */
    EXPIRED,
    /** Erased on request. */
    ERASED,
    /** A hold keeps it, and it can be read. */
    HELD,
    /** The sender sent none. */
    NONE;

    static InputState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isReadable() {
        return this == AVAILABLE || this == HELD;
    }
}
