package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.RetentionPolicy;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registered model at one version.
 *
 * @param enabled whether its events are to be stored; the job obeys once it has this version
 * @param version the control version of the last change
 * @param capture which part of its traffic is stored; null for all of it
 */
public record Model(
        Registration registration,
        boolean enabled,
        long version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable CaptureRules capture) {

    public String modelId() {
        return registration.modelId();
    }

    ControlRecord controlRecord(long generation, boolean deleted, @Nullable RetentionPolicy policy) {
        return new ControlRecord(
                registration.modelId(),
                version,
                generation,
                registration.projectId(),
                registration.taskType(),
                registration.name(),
                registration.sources(),
                enabled,
                deleted,
                policy,
                capture);
    }
}
