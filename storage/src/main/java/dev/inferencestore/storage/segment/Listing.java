package dev.inferencestore.storage.segment;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of what is stored.
 *
 * @param entries in the order of their keys
 * @param next where the next page begins, or null when this is the last; stays good whatever is stored or deleted
 */
public record Listing(List<Entry> entries, @Nullable String next) {
    public Listing {
        entries = List.copyOf(entries);
    }

    /**
     * An object.
     *
     * @param size bytes
     * @param lastModified by the store's clock, which may say whole seconds only
     */
    public record Entry(String key, long size, Instant lastModified) {}
}
