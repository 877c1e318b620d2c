package dev.inferencestore.storage.access;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API token, as it is known after it was made: without the token itself.
 *
 * @param hint its first characters
 * @param expiresAt null where it does not
 * @param revokedAt null while it is taken
 * @param lastUsedAt to the hour; null where it was not used yet
 */
public record ApiToken(
        UUID tokenId,
        String hint,
        String name,
        List<HeldRole> roles,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable String revokedBy,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {
    public ApiToken {
        roles = List.copyOf(roles);
    }
}
