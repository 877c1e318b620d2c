package dev.inferencestore.storage.access;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that decides who may do what, at one version.
 *
 * @param tokens those that are neither revoked nor were expired when this was read
 * @param grants roles by principal
 */
public record AccessSnapshot(long version, Map<TokenHash, ApiToken> tokens, Map<String, List<HeldRole>> grants) {
    public AccessSnapshot {
        tokens = Map.copyOf(tokens);
        grants = Map.copyOf(grants);
    }

    public @Nullable ApiToken token(TokenHash hash) {
        return tokens.get(hash);
    }

    /** Roles given to a principal. */
    public List<HeldRole> grantsOf(String principal) {
        return grants.getOrDefault(principal, List.of());
    }
}
