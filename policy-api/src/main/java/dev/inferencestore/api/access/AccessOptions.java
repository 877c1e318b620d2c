package dev.inferencestore.api.access;

import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** What can be set about who is let in. */
public final class AccessOptions {
    private static final int SHORTEST_BOOTSTRAP = 32;

    public static final Option<String> BOOTSTRAP_TOKEN = new Option<>(
            "auth.bootstrap-token",
            "text of " + SHORTEST_BOOTSTRAP + " characters or more",
            AccessOptions::bootstrapToken,
            null,
            true,
            true,
            "Token of an admin of everything, to make the first grants and tokens with. Long and random.");

    public static final Option<Boolean> REQUIRED = Option.flag(
                    "auth.required",
                    "Asks for a token although neither a bootstrap token nor an issuer is set: API tokens that were made before are taken.")
            .or("false");

    public static final Option<URI> ISSUER = address(
            "auth.oidc.issuer", "Issuer (OpenID Connect) whose tokens are taken, as it stands in them; by https.");

    public static final Option<String> AUDIENCE = Option.text(
                    "auth.oidc.audience", "What tokens of the issuer must name as their audience.")
            .optionally();

    public static final Option<URI> KEYS =
            address("auth.oidc.jwks-url", "Where the issuer's keys are; left out, its discovery document says where.");

    public static final Option<String> NAME_CLAIM = Option.text(
                    "auth.oidc.name-claim", "Claim that names the caller; one that nobody can choose for themselves.")
            .or("sub");

    public static final Option<String> GROUPS_CLAIM = Option.text(
                    "auth.oidc.groups-claim", "Claim that lists the caller's groups.")
            .or("groups");

    public static final Option<Duration> CLOCK_SKEW = Option.duration(
                    "auth.oidc.clock-skew", Duration.ZERO, "How far the issuer's clock and this one may be apart.")
            .or("60s");

    public static final Option<Integer> RATE_LIMIT = Option.integer(
                    "http.rate-limit",
                    1,
                    100_000,
                    "Calls per second that one caller may make for long, to one process.")
            .or("100");

    public static final Option<Integer> RATE_BURST = Option.integer(
                    "http.rate-burst", 1, 1_000_000, "Calls that one caller may make at once.")
            .or("500");

    public static final List<Option<?>> ALL = List.of(
            BOOTSTRAP_TOKEN,
            REQUIRED,
            ISSUER,
            AUDIENCE,
            KEYS,
            NAME_CLAIM,
            GROUPS_CLAIM,
            CLOCK_SKEW,
            RATE_LIMIT,
            RATE_BURST);

    private AccessOptions() {}

    /** Whether callers are asked who they are. */
    public static boolean isOn(Settings settings) {
        return settings.find(BOOTSTRAP_TOKEN).isPresent()
                || settings.find(ISSUER).isPresent()
                || settings.find(REQUIRED).orElse(false);
    }

    /** What they must fulfil together. */
    public static void together(Settings settings, List<String> problems) {
        boolean issuer = settings.find(ISSUER).isPresent();
        boolean audience = settings.find(AUDIENCE).isPresent();
        if (issuer != audience) {
            problems.add("'" + ISSUER.key() + "' and '" + AUDIENCE.key() + "' go together: a token for any other"
                    + " service of the issuer would be taken otherwise");
        }
        if (settings.find(KEYS).isPresent() && !issuer) {
            problems.add("'" + KEYS.key() + "' is of no use without '" + ISSUER.key() + "'");
        }
    }

    private static Option<URI> address(String key, String description) {
        return new Option<>(key, "https://…", AccessOptions::address, null, true, false, description);
    }

    private static URI address(String text) {
        URI address = URI.create(text.strip());
        if (!Addresses.isSafe(address)) {
            throw new IllegalArgumentException("must be https, or http on this machine");
        }
        return address;
    }

    private static String bootstrapToken(String text) {
        String token = text.strip();
        if (token.length() < SHORTEST_BOOTSTRAP || !token.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("must have " + SHORTEST_BOOTSTRAP
                    + " printable characters or more and no blanks; openssl rand -base64 32 makes one");
        }
        return token;
    }
}
