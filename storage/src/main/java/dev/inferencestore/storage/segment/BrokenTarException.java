package dev.inferencestore.storage.segment;

/** A segment's bytes are not the entries that were written, or rows and object disagree; nothing was changed. */
public final class BrokenTarException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /** @param offset of the byte in the object where it was seen */
    BrokenTarException(long offset, long base, String what) {
        super("byte " + offset + " of the object (" + (offset - base) + " of the segment): " + what
                + "; nothing was changed. Compare the segment's row (object, base offset, length) with the object.");
        this.offset = offset;
    }

    /** The byte in the object where it was seen. */
    public long offset() {
        return offset;
    }
}
