package dev.inferencestore.api.access;

import dev.inferencestore.storage.access.AccessSnapshot;
import dev.inferencestore.storage.access.ApiToken;
import dev.inferencestore.storage.access.HeldRole;
import dev.inferencestore.storage.access.TokenHash;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who a bearer token stands for: the bootstrap admin, an API token, or somebody of the identity provider. */
final class Authenticator {
    static final String BOOTSTRAP = "bootstrap";

    private final @Nullable TokenHash bootstrap;
    private final @Nullable OidcTokens oidc;
    private final KnownAccess access;
    private final TokenUse use;
    private final Clock clock;

    /**
     * Knows these.
     *
     * @param bootstrap null where there is none
     * @param oidc null where there is no identity provider
     */
    Authenticator(
            @Nullable TokenHash bootstrap, @Nullable OidcTokens oidc, KnownAccess access, TokenUse use, Clock clock) {
        this.bootstrap = bootstrap;
        this.oidc = oidc;
        this.access = access;
        this.use = use;
        this.clock = clock;
    }

    /**
     * Looks a token up, or checks it.
     *
     * @throws Unauthenticated with what is wrong with it
     */
    Principal of(String token) throws Unauthenticated {
        TokenHash hash = TokenHash.of(token);
        if (bootstrap != null && bootstrap.matches(hash)) {
            return new Principal("token:" + BOOTSTRAP, ProjectRoles.EVERYTHING);
        }
        if (token.startsWith(TokenText.PREFIX)) {
            return ofApiToken(TokenText.isOne(token) ? access.token(hash) : null);
        }
        if (oidc == null) {
            throw new Unauthenticated("the token is not known");
        }
        return ofUser(oidc.verify(token));
    }

    private Principal ofApiToken(@Nullable ApiToken token) throws Unauthenticated {
        if (token == null) {
            throw new Unauthenticated("the token is not known, or was revoked, or has expired");
        }
        Instant expiresAt = token.expiresAt();
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            throw new Unauthenticated("the token has expired");
        }
        use.note(token);
        return new Principal("token:" + token.name(), ProjectRoles.of(token.roles()));
    }

    private Principal ofUser(OidcUser user) {
        AccessSnapshot known = access.current();
        List<HeldRole> roles = new ArrayList<>(known.grantsOf("user:" + user.name()));
        user.groups().forEach(group -> roles.addAll(known.grantsOf("group:" + group)));
        return new Principal("user:" + user.name(), ProjectRoles.of(roles));
    }
}
