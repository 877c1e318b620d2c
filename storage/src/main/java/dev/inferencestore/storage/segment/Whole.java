package dev.inferencestore.storage.segment;

import java.util.Objects;

/**
 * An object as it was read.
 *
 * @param bytes the caller's own: may be changed
 * @param tag stands for these bytes; {@link ObjectStore#replace} compares it
 */
public record Whole(byte[] bytes, String tag) {
    public Whole {
        // Without one, a conditional write would become an unconditional one.
        Objects.requireNonNull(tag, "the object store gave no entity tag");
    }
}
