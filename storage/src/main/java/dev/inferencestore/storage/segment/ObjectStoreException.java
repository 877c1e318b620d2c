package dev.inferencestore.storage.segment;

import org.jspecify.annotations.Nullable;

/** The object store did not do what was asked, after its own retries. The message says what a person can do. */
public final class ObjectStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private ObjectStoreException(String message, @Nullable Throwable cause, boolean passing) {
        super(message, cause);
        this.passing = passing;
    }

    /** A failure that may be gone when it is tried again later. */
    public static ObjectStoreException passing(String message, @Nullable Throwable cause) {
        return new ObjectStoreException(message, cause, true);
    }

    /** A failure that stays until somebody does something. */
    public static ObjectStoreException lasting(String message, @Nullable Throwable cause) {
        return new ObjectStoreException(message, cause, false);
    }

    /** As {@link #lasting(String, Throwable)}, without a cause. */
    public static ObjectStoreException lasting(String message) {
        return new ObjectStoreException(message, null, false);
    }

    /** Whether it is worth trying again later, with nobody doing anything. */
    public boolean passing() {
        return passing;
    }
}
