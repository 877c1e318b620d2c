package dev.inferencestore.storage.refusal;

/** What was asked is not for this caller to do; the message says who may, and nothing of what there is. */
public final class Forbidden extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Forbidden(String message) {
        super(message);
    }
}
