package dev.inferencestore.storage.refusal;

/** What was asked does not go together with what there is; the message says why and what to do. */
public final class Conflict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Conflict(String message) {
        super(message);
    }
}
