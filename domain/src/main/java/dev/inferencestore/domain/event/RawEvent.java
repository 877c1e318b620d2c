package dev.inferencestore.domain.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka record, as it came. Never changed after it was made: it is handed on by reference.
 *
 * @param timestamp of the Kafka record, milliseconds since 1970; negative where it has none
 * @param missing zero, or for a gap in the topic how many offsets from {@code offset} on no longer exist
 */
public record RawEvent(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<EventHeader> headers,
        long missing) {

    public RawEvent(
            String topic,
            int partition,
            long offset,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<EventHeader> headers) {
        this(topic, partition, offset, timestamp, key, value, headers, 0);
    }

    /** Stands for offsets that Kafka no longer has and that an operator agreed to pass over. */
    public static RawEvent gap(String topic, int partition, long offset, long missing) {
        return new RawEvent(topic, partition, offset, -1, null, null, List.of(), missing);
    }

    /** Bytes of key, value and headers. */
    public long size() {
        long size = length(key) + length(value);
        for (EventHeader header : headers) {
            size += header.name().length() + length(header.value());
        }
        return size;
    }

    private static long length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
