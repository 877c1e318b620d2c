package dev.inferencestore.storage.replay;

import java.util.Locale;

/**
 * How far a replay is. Pending becomes running when a Flink job has claimed it, running becomes one of the other three,
 * which are final. One that is pending may also fail or be cancelled.
 */
public enum ReplayState {
    PENDING,
    RUNNING,
    COMPLETE,
    FAILED,
    CANCELLED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isFinal() {
        return this != PENDING && this != RUNNING;
    }

    /** Reads what {@link #text} gives. */
    public static ReplayState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
