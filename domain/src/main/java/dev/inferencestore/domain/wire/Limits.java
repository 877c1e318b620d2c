package dev.inferencestore.domain.wire;

import java.time.Duration;
import java.time.Instant;

/**
 * What PostgreSQL and the segment format can hold, and where we stop before that. Every one is stated in
 * {@code docs/formats.md}; what breaks one is a dead letter.
 */
public final class Limits {
    /** Bytes in UTF-8. Part of a primary key. */
    public static final int INFERENCE_ID = 256;

    public static final int ACTION = 256;
    public static final int CONTENT_TYPE = 256;
    public static final int SOURCE = 1024;

    /** Bytes of the address of data that does not come with its event. */
    public static final int REFERENCE = 2048;

    /** Bytes of metadata as JSON. */
    public static final int METADATA = 64 * 1024;

    /** Levels of objects and arrays in metadata. */
    public static final int METADATA_DEPTH = 32;

    /** Characters of a number in metadata, and the most its exponent may be, either way. */
    public static final int NUMBER = 100;

    public static final int EXPONENT = 300;

    /** Bytes of an output that stands in its row; a longer one goes to a segment of its own kind. */
    public static final int OUTPUT_IN_ROW = 1024 * 1024;

    static final Instant EARLIEST = Instant.EPOCH;

    /** The time field of a tar entry ends in 2242. */
    static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    static final Duration AHEAD = Duration.ofHours(1);

    private Limits() {}
}
