package dev.inferencestore.domain.registration;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.retention.RetentionPolicy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One model's whole registration and retention policy at one version: what the control topic carries and the job obeys.
 *
 * @param version greater than that of every change committed before, across all models
 * @param generation one higher after each unregistering; rows of an earlier generation are refused
 * @param enabled whether its events are stored
 * @param deleted unregistered; sent instead of a null so that the version survives
 * @param policy how long what is stored stays; null where the model has no policy
 * @param capture which part of its traffic is stored; null for all of it
 */
public record ControlRecord(
        String modelId,
        long version,
        long generation,
        String projectId,
        String taskType,
        @Nullable String name,
        List<Source> sources,
        boolean enabled,
        boolean deleted,
        @Nullable RetentionPolicy policy,
        @Nullable CaptureRules capture) {

    public ControlRecord {
        if (!ModelIds.isValid(modelId)) {
            throw new IllegalArgumentException("model_id must be " + ModelIds.RULE);
        }
        sources = List.copyOf(sources);
    }

    /** One whose whole traffic is stored. */
    public ControlRecord(
            String modelId,
            long version,
            long generation,
            String projectId,
            String taskType,
            @Nullable String name,
            List<Source> sources,
            boolean enabled,
            boolean deleted,
            @Nullable RetentionPolicy policy) {
        this(modelId, version, generation, projectId, taskType, name, sources, enabled, deleted, policy, null);
    }

    /** Whether events of this model are stored. */
    public boolean stores() {
        return enabled && !deleted;
    }
}
