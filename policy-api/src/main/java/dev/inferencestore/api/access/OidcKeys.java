package dev.inferencestore.api.access;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys with which an identity provider signs. They are kept for minutes; a token whose key is not among them has them
 * fetched again, but not more often than a bound. The provider need not be there when the API starts.
 */
final class OidcKeys implements JWKSource<SecurityContext> {
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** While the provider does not answer, its last keys are good for so long. */
    private static final Duration KEPT_WITHOUT_ANSWER = Duration.ofHours(1);

    private static final Duration BETWEEN_DISCOVERIES = Duration.ofSeconds(2);
    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 3_000;
    private static final int LARGEST = 512 * 1024;
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    private final OidcSettings settings;
    private final LongSupplier nanos;
    private final ResourceRetriever http = new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LARGEST);
    private volatile @Nullable JWKSource<SecurityContext> source;
    private @Nullable KeySourceException failure;
    private long failedAt;

    OidcKeys(OidcSettings settings, LongSupplier nanos) {
        this.settings = settings;
        this.nanos = nanos;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        JWKSource<SecurityContext> found = source;
        return (found == null ? find() : found).get(selector, context);
    }

    private synchronized JWKSource<SecurityContext> find() throws KeySourceException {
        JWKSource<SecurityContext> found = source;
        if (found != null) {
            return found;
        }
        if (failure != null && nanos.getAsLong() - failedAt < BETWEEN_DISCOVERIES.toNanos()) {
            throw failure;
        }
        try {
            URI keys = settings.keys();
            JWKSource<SecurityContext> made = sourceAt(keys == null ? discover() : keys.toURL());
            source = made;
            return made;
        } catch (IOException | ParseException notThere) {
            failure = new KeySourceException("the discovery document of the issuer cannot be read", notThere);
            failedAt = nanos.getAsLong();
            throw failure;
        }
    }

    private JWKSource<SecurityContext> sourceAt(URL url) {
        return JWKSourceBuilder.create(url, http)
                .cache(KEPT.toMillis(), PATIENCE.toMillis())
                .refreshAheadCache(false)
                .rateLimited(settings.betweenFetches().toMillis())
                .retrying(true)
                .outageTolerant(KEPT_WITHOUT_ANSWER.toMillis())
                .build();
    }

    private URL discover() throws IOException, ParseException {
        String issuer = settings.issuer().toString();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        URL url = URI.create(base + WELL_KNOWN).toURL();
        Map<String, Object> document =
                JSONObjectUtils.parse(http.retrieveResource(url).getContent());
        if (!issuer.equals(JSONObjectUtils.getString(document, "issuer"))) {
            throw new IOException("it is of another issuer");
        }
        URI keys = JSONObjectUtils.getURI(document, "jwks_uri");
        if (keys == null || !Addresses.isSafe(keys)) {
            throw new MalformedURLException("its jwks_uri is missing or not https");
        }
        return keys.toURL();
    }
}
