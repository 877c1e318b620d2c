package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/**
 * Bytes as the sender sent them, and what the sender says they are.
 *
 * @param bytes none where they are omitted, or still to be fetched
 * @param omitted why they are not here; null where they are, or are to be fetched
 * @param reference where the event says that they are, when they do not come with it
 * @param most how many bytes may be fetched
 */
public record Payload(
        @Nullable String contentType,
        byte[] bytes,
        @Nullable Omitted omitted,
        @Nullable String reference,
        long most) {
    private static final byte[] NOTHING = {};

    /** Bytes that are here. */
    public Payload(@Nullable String contentType, byte[] bytes) {
        this(contentType, bytes, null, null, Long.MAX_VALUE);
    }

    /** Bytes that are to be fetched. */
    public static Payload at(@Nullable String contentType, String reference) {
        return new Payload(contentType, NOTHING, null, reference, Long.MAX_VALUE);
    }

    /** The same without its bytes. */
    public Payload without(Omitted why) {
        return new Payload(contentType, NOTHING, why, reference, most);
    }

    /** The same with other bytes. */
    public Payload with(byte[] others) {
        return new Payload(contentType, others, null, reference, most);
    }

    /** The same, of which no more than so many bytes may be fetched. */
    public Payload atMost(long bytesToFetch) {
        return new Payload(contentType, bytes, omitted, reference, Math.min(most, bytesToFetch));
    }

    /** Whether the bytes are here. */
    public boolean isHere() {
        return omitted == null && !isToBeFetched();
    }

    /** Whether they are only referred to so far. */
    public boolean isToBeFetched() {
        return omitted == null && reference != null && bytes.length == 0;
    }

    /** Bytes that there are or were; zero where that is not known. */
    public long size() {
        return omitted == null ? bytes.length : Math.max(0, omitted.size());
    }
}
