package dev.inferencestore.storage.audit;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which entries to list, newest first; what is null is not asked for.
 *
 * @param visible of these projects only
 * @param start made at or after
 * @param end made before
 * @param after the last entry of the page before
 */
public record AuditQuery(
        @Nullable String modelId,
        @Nullable String projectId,
        @Nullable Set<String> visible,
        @Nullable String actor,
        @Nullable String action,
        @Nullable Instant start,
        @Nullable Instant end,
        @Nullable Place after,
        int limit) {
    public AuditQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
    }

    /** Where an entry stands in the list. An entry keeps its place, however many come after it. */
    public record Place(Instant at, long id) {}
}
