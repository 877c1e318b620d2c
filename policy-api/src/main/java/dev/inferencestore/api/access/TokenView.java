package dev.inferencestore.api.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.storage.access.ApiToken;
import dev.inferencestore.storage.access.HeldRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An API token as calls show it.
 *
 * @param token the token itself, shown once
 * @param roles in the projects that the caller is an admin of
 */
record TokenView(
        UUID id,
        String name,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String token,

        String hint,
        Map<String, List<String>> roles,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant lastUsedAt,
        @Nullable String revokedBy,
        @Nullable Instant revokedAt) {

    /** One page of tokens. */
    record Page(List<TokenView> items, @Nullable String nextCursor) {}

    static TokenView made(ApiToken made, String token) {
        return of(made, token, null);
    }

    static TokenView of(ApiToken token, @Nullable Set<String> projects) {
        return of(token, null, projects);
    }

    private static TokenView of(ApiToken token, @Nullable String text, @Nullable Set<String> projects) {
        Map<String, List<String>> roles = new TreeMap<>();
        for (HeldRole role : token.roles()) {
            if (projects == null || projects.contains(role.projectId())) {
                roles.computeIfAbsent(role.projectId(), unseen -> new ArrayList<>())
                        .add(role.role());
            }
        }
        return new TokenView(
                token.tokenId(),
                token.name(),
                text,
                token.hint(),
                roles,
                token.createdBy(),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.revokedBy(),
                token.revokedAt());
    }
}
