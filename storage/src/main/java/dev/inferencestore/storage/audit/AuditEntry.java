package dev.inferencestore.storage.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change, and who made it.
 *
 * @param projectId that it is about, or whose model it is about, as it was after the change; null where that is unknown
 * @param modelId that it is about; null where it is about a project
 * @param before JSON of what there was; null where there was nothing
 * @param after JSON of what there is; null where there is nothing any more
 */
public record AuditEntry(
        long id,
        Instant at,
        String actor,
        String action,
        @Nullable String projectId,
        @Nullable String modelId,
        @Nullable String before,
        @Nullable String after) {}
