package dev.inferencestore.storage.registration;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of a model is stored.
 *
 * @param bytes of inputs
 * @param oldest event time of the oldest record; null where there is none
 */
public record StoredFigures(
        long records,
        long inputs,
        long bytes,
        @Nullable Instant oldest,
        @Nullable Instant newest) {
    /** Nothing is stored. */
    public static final StoredFigures NONE = new StoredFigures(0, 0, 0, null, null);
}
