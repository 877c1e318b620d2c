package dev.inferencestore.local;

/** The local run cannot start, for a reason that the person who starts it can mend; the message says how. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }
}
