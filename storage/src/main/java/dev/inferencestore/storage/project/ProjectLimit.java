package dev.inferencestore.storage.project;

import dev.inferencestore.domain.retention.RetentionLimit;
import java.time.Instant;

/**
 * How long the policies of a project may keep things at most.
 *
 * @param version one higher with each change, never used twice for a project
 */
public record ProjectLimit(
        String projectId, RetentionLimit limit, long version, Instant createdAt, Instant updatedAt) {}
