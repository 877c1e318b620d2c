package dev.inferencestore.api.access;

import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.JWTClaimsSetVerifier;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** What a token whose signature is good must say: this issuer, this audience, now. */
final class OidcClaims implements JWTClaimsSetVerifier<SecurityContext> {
    /** With a reason that callers may see: the library's own would repeat what stands in the token. */
    static final class Refused extends BadJWTException {
        private static final long serialVersionUID = 1L;

        private final String reason;

        Refused(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    private final OidcSettings settings;
    private final Clock clock;

    OidcClaims(OidcSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
        if (!settings.issuer().toString().equals(claims.getIssuer())) {
            throw new Refused("the token is of another issuer");
        }
        if (!claims.getAudience().contains(settings.audience())) {
            throw new Refused("the token is for another audience");
        }
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        if (expires == null) {
            throw new Refused("the token does not say when it expires");
        }
        if (!now.minus(settings.skew()).isBefore(expires.toInstant())) {
            throw new Refused("the token has expired");
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && now.plus(settings.skew()).isBefore(notBefore.toInstant())) {
            throw new Refused("the token is not valid yet");
        }
    }
}
