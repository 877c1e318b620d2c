package dev.inferencestore.storage.reference;

import java.io.IOException;

/** Fetches bytes that an event refers to. Calls block; they may come from several threads. */
public interface References extends AutoCloseable {

    /** Whether an address may be fetched at all. */
    boolean allows(String address);

    /**
     * Fetches the bytes at an address that is allowed.
     *
     * @param most how many there may be
     * @throws TooLarge when there are more
     * @throws Gone when there is nothing that could be fetched, now or later
     * @throws IOException when it may succeed later
     */
    byte[] fetch(String address, long most) throws IOException, InterruptedException;

    @Override
    void close();

    /** There is more than was asked for. */
    final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        private final long size;

        public TooLarge(long size) {
            super("has " + (size < 0 ? "too many" : size) + " bytes");
            this.size = size;
        }

        /** Bytes; negative where that is not known. */
        public long size() {
            return size;
        }
    }

    /** Asking again would not help. */
    final class Gone extends IOException {
        private static final long serialVersionUID = 1L;

        public Gone(String message) {
            super(message);
        }
    }
}
