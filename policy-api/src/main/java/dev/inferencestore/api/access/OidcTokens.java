package dev.inferencestore.api.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.TextRule;
import java.text.ParseException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks tokens of an identity provider: signature first, then what they claim. */
final class OidcTokens {
    private static final Logger LOG = LoggerFactory.getLogger(OidcTokens.class);

    /** Those with a public key only: with a secret, whoever checks tokens could make them. */
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    /** Of ID tokens and of access tokens (RFC 9068); many providers name none. */
    private static final DefaultJOSEObjectTypeVerifier<SecurityContext> TYPES =
            new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null);

    private static final TextRule NAME = TextRule.printable(200);
    private static final int MOST_GROUPS = 1000;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final OidcSettings settings;

    OidcTokens(OidcSettings settings, JWKSource<SecurityContext> keys, Clock clock) {
        this.settings = settings;
        processor.setJWSTypeVerifier(TYPES);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWTClaimsSetVerifier(new OidcClaims(settings, clock));
    }

    /**
     * Who a token is about.
     *
     * @throws Unauthenticated with what is wrong with it
     * @throws ProblemException 503 where it cannot be told, because the provider's keys cannot be fetched
     */
    OidcUser verify(String token) throws Unauthenticated {
        try {
            JWT parsed = JWTParser.parse(token);
            if (parsed instanceof PlainJWT) {
                throw new Unauthenticated("the token is not signed");
            }
            return user(processor.process(parsed, null));
        } catch (ParseException notOne) {
            throw new Unauthenticated("the token is neither an API token nor a JWT", notOne);
        } catch (OidcClaims.Refused refused) {
            throw new Unauthenticated(refused.reason(), refused);
        } catch (BadJOSEException notOurs) {
            throw new Unauthenticated("the token is not signed with a key of the issuer", notOurs);
        } catch (JOSEException failure) {
            throw ofKeys(failure);
        }
    }

    private static RuntimeException ofKeys(JOSEException failure) throws Unauthenticated {
        if (failure instanceof RateLimitReachedException) {
            // Its key is not known, and keys were fetched a moment ago.
            throw new Unauthenticated("the token is not signed with a key of the issuer", failure);
        }
        if (failure instanceof RemoteKeySourceException
                || failure instanceof JWKSetUnavailableException
                || failure instanceof com.nimbusds.jose.KeySourceException) {
            LOG.warn("the keys of the identity provider cannot be fetched: {}", causes(failure));
            return ProblemException.of(
                    ProblemKind.UNAVAILABLE, "the identity provider's keys cannot be fetched; try again");
        }
        throw new Unauthenticated("the token's signature cannot be checked", failure);
    }

    private static String causes(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause == failure ? failure.toString() : failure + ", " + causes(cause);
    }

    private OidcUser user(JWTClaimsSet claims) throws Unauthenticated {
        Object name = claims.getClaim(settings.nameClaim());
        if (!(name instanceof String text) || NAME.broken(text).isPresent()) {
            throw new Unauthenticated("the token's claim '" + settings.nameClaim() + "' is no name");
        }
        return new OidcUser(text, groups(claims.getClaim(settings.groupsClaim())));
    }

    /** What is no list of texts gives no groups: fewer roles, never more. */
    private static List<String> groups(Object claim) {
        if (claim instanceof String one) {
            return List.of(one);
        }
        if (claim instanceof List<?> list && list.size() <= MOST_GROUPS) {
            return list.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return List.of();
    }
}
