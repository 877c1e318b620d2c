package dev.inferencestore.storage.registration;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which models to list, ordered by id.
 *
 * @param state in this state only
 * @param projectId of this project only; null for all
 * @param visible of these projects only; null for all
 * @param enabled with storage on or off only; null for both
 * @param after the last id of the page before; empty for the first page
 */
public record ModelQuery(
        ModelState state,
        @Nullable String projectId,
        @Nullable Set<String> visible,
        @Nullable Boolean enabled,
        String after,
        int limit) {
    public ModelQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1");
        }
    }
}
