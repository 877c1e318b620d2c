package dev.inferencestore.storage.segment;

/** The object store did not do what was asked, and trying again at once would not help. */
public final class ObjectStoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ObjectStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    public ObjectStoreException(String message) {
        super(message);
    }
}
