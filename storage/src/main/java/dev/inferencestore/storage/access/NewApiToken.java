package dev.inferencestore.storage.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to keep.
 *
 * @param hash SHA-256 of the token, as {@link TokenHash} makes it
 * @param hint its first characters
 */
public record NewApiToken(
        TokenHash hash,
        String hint,
        String name,
        List<HeldRole> roles,
        @Nullable Instant expiresAt) {
    public NewApiToken {
        roles = List.copyOf(roles);
    }
}
