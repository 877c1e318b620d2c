package dev.inferencestore.api.access;

import dev.inferencestore.api.http.Body;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.access.AccessReader;
import dev.inferencestore.storage.access.ApiTokens;
import dev.inferencestore.storage.access.TokenHash;
import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The gate of an API, and the calls that say who may pass it. */
public final class Access {
    private static final Duration BETWEEN_FETCHES_OF_KEYS = Duration.ofSeconds(30);

    private final DataSource database;
    private final KnownAccess known;
    private final Gate gate;

    private Access(DataSource database, KnownAccess known, Gate gate) {
        this.database = database;
        this.known = known;
        this.gate = gate;
    }

    /** By values of {@link AccessOptions#ALL}. */
    public static Access of(Settings settings, DataSource database, SignedLinks links) {
        AccessReader reader = new AccessReader(database);
        KnownAccess known = new KnownAccess(reader, System::nanoTime);
        Limits limits = new Limits(
                settings.get(AccessOptions.RATE_LIMIT), settings.get(AccessOptions.RATE_BURST), System::nanoTime);
        Authenticator authenticator =
                AccessOptions.isOn(settings) ? authenticator(settings, new ApiTokens(database), known) : null;
        return new Access(database, known, new Gate(authenticator, limits, reader::projectOf, links));
    }

    /** Adds the gate, which every call passes, wherever it is added. */
    public void addTo(RoutesConfig routes, Body body) {
        gate.addTo(routes);
        new TokenCalls(database, body, known).addTo(routes);
        new GrantCalls(database, body, known).addTo(routes);
        new ClaimCalls(database, body).addTo(routes);
    }

    private static Authenticator authenticator(Settings settings, ApiTokens tokens, KnownAccess known) {
        Clock clock = Clock.systemUTC();
        @Nullable
        TokenHash bootstrap =
                settings.find(AccessOptions.BOOTSTRAP_TOKEN).map(TokenHash::of).orElse(null);
        @Nullable
        OidcTokens oidc = settings.find(AccessOptions.ISSUER)
                .map(issuer -> oidc(settings, issuer, clock))
                .orElse(null);
        return new Authenticator(bootstrap, oidc, known, new TokenUse(tokens::used, clock), clock);
    }

    private static OidcTokens oidc(Settings settings, URI issuer, Clock clock) {
        Optional<URI> keys = settings.find(AccessOptions.KEYS);
        OidcSettings provider = new OidcSettings(
                issuer,
                settings.get(AccessOptions.AUDIENCE),
                keys.orElse(null),
                settings.get(AccessOptions.NAME_CLAIM),
                settings.get(AccessOptions.GROUPS_CLAIM),
                settings.get(AccessOptions.CLOCK_SKEW),
                BETWEEN_FETCHES_OF_KEYS);
        return new OidcTokens(provider, new OidcKeys(provider, System::nanoTime), clock);
    }
}
