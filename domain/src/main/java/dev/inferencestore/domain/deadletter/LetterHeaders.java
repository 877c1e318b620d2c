package dev.inferencestore.domain.deadletter;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a dead letter, which the job writes and the API reads. They stand after the event's own, the one with the
 * reason first: so an event whose sender chose such names for headers of its own is still told from its letter.
 */
public final class LetterHeaders {
    /** Begins the headers that are the letter's; each of the others is there once at most. */
    public static final String REASON = "dl_reason";

    public static final String DETAIL = "dl_detail";
    public static final String TOPIC = "dl_topic";
    public static final String PARTITION = "dl_partition";
    public static final String OFFSET = "dl_offset";

    /** The event's Kafka timestamp, milliseconds since 1970; not there where it had none. */
    public static final String TIMESTAMP = "dl_timestamp";

    /** The registered model that the event is for; not there where that is not known. */
    public static final String MODEL = "dl_model";

    /** The bytes that the event had, where not all of it is in the letter. */
    public static final String CUT = "dl_cut";

    /** So much of the value of an event that does not fit. */
    public static final int CUT_TO = 64 * 1024;

    /** Of a replayed event, which dead letter it comes from: {@code <partition>-<offset>}. */
    public static final String REPLAYED = "inferencestore-deadletter";

    /** Of a replayed event, its first Kafka timestamp, milliseconds since 1970. */
    public static final String FIRST_TIMESTAMP = "inferencestore-timestamp";

    /** As many as every long has room for. */
    private static final int MOST_DIGITS = 18;

    private LetterHeaders() {}

    /**
     * When Kafka had an event first. An earlier time only: by a later one an event could be from further in the future than
     * any may be.
     *
     * @param timestamp of its record, milliseconds since 1970
     * @param said the value of its header {@link #FIRST_TIMESTAMP}
     */
    public static long timestamp(long timestamp, byte @Nullable [] said) {
        if (said == null || said.length > MOST_DIGITS) {
            return timestamp;
        }
        String text = new String(said, StandardCharsets.UTF_8);
        return text.matches("[0-9]+") ? Math.min(timestamp, Long.parseLong(text)) : timestamp;
    }
}
