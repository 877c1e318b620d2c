package dev.inferencestore.storage.access;

import java.time.Instant;
import java.util.List;

/**
 * The roles of somebody in a project.
 *
 * @param principal {@code user:<name>} or {@code group:<name>}
 * @param grantedBy who gave the last of them
 */
public record Grant(String projectId, String principal, List<String> roles, String grantedBy, Instant grantedAt) {
    public Grant {
        roles = List.copyOf(roles);
    }
}
