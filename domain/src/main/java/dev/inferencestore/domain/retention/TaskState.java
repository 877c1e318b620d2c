package dev.inferencestore.domain.retention;

import java.util.Locale;

/**
 * How far a task is. Pending becomes running or cancelled; running becomes one of the other three; those are final,
 * however long a task waits in between.
 */
public enum TaskState {
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
    public static TaskState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
