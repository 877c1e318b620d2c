package dev.inferencestore.api.access;

/** A token that is not taken; the message says why and never has anything of the token in it. */
final class Unauthenticated extends Exception {
    private static final long serialVersionUID = 1L;

    Unauthenticated(String message) {
        super(message);
    }

    Unauthenticated(String message, Throwable cause) {
        super(message, cause);
    }
}
