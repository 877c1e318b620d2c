package dev.inferencestore.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.inferencestore.storage.audit.AuditEntry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of the audit log as the call shows it; {@code before} and {@code after} are JSON as they were written down. */
record AuditView(
        long id,
        Instant at,
        String actor,
        String action,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String projectId,

        @Nullable String modelId,
        @JsonRawValue @Nullable String before,
        @JsonRawValue @Nullable String after) {

    /** One page, the newest first. */
    record Page(List<AuditView> items, @Nullable String nextCursor) {}

    static AuditView of(AuditEntry entry) {
        return new AuditView(
                entry.id(),
                entry.at(),
                entry.actor(),
                entry.action(),
                entry.projectId(),
                entry.modelId(),
                entry.before(),
                entry.after());
    }
}
