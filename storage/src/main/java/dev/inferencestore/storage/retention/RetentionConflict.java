package dev.inferencestore.storage.retention;

/** What was asked does not go together with what there is; the message says why and what to do. */
public final class RetentionConflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RetentionConflict(String message) {
        super(message);
    }
}
