package dev.inferencestore.api.inference;

/** Bytes that are not those of their hash: overwritten while they were read, or by something that is none of ours. */
final class ChangedBytes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChangedBytes(String key) {
        super("bytes in object '" + key + "' are not those of their sha256");
    }
}
