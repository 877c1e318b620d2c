package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.inferencestore.api.http.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which tokens of an identity provider are taken. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OidcTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final TestIssuer issuer = new TestIssuer();
    private final Moved clock = new Moved(NOW);
    private final OidcTokens tokens = tokens(null, Duration.ofMinutes(4));

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aGoodTokenNamesItsCallerAndTheirGroups() throws Exception {
        String token = token(claims -> claims.claim("groups", List.of("ml", "ops")));

        assertThat(tokens.verify(token)).isEqualTo(new OidcUser("alice", List.of("ml", "ops")));
    }

    @Test
    void groupsThatAreNoListOfTextsGiveNone() throws Exception {
        assertThat(tokens.verify(token(claims -> claims.claim("groups", List.of(1, "ops"))))
                        .groups())
                .containsExactly("ops");
        assertThat(tokens.verify(token(claims -> claims.claim("groups", 7))).groups())
                .isEmpty();
        assertThat(tokens.verify(token(claims -> claims.claim("groups", "ops"))).groups())
                .containsExactly("ops");
    }

    @Test
    void anEllipticCurveIsTakenAndTheTypeOfAccessTokensToo() throws Exception {
        assertThat(tokens.verify(issuer.signedByCurve(issuer.claims("alice", NOW)))
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void itIsOfAnotherIssuer() {
        refused(token(claims -> claims.issuer("https://elsewhere.example")), "another issuer");
        refused(token(claims -> claims.issuer(null)), "another issuer");
        refused(token(claims -> claims.issuer(issuer.url() + "/")), "another issuer");
    }

    @Test
    void itIsForAnotherAudience() throws Exception {
        refused(token(claims -> claims.audience("another")), "another audience");
        refused(token(claims -> claims.audience((String) null)), "another audience");
        String several = token(claims -> claims.audience(List.of("another", TestIssuer.AUDIENCE)));
        assertThat(tokens.verify(several).name()).isEqualTo("alice");
    }

    @Test
    void itHasExpiredOnceTheSkewIsOverToo() throws Exception {
        String token = token(claims -> claims.expirationTime(Date.from(NOW.plusSeconds(10))));

        clock.by(Duration.ofSeconds(69));
        assertThat(tokens.verify(token).name()).isEqualTo("alice");
        clock.by(Duration.ofSeconds(1));
        refused(token, "has expired");
    }

    @Test
    void itIsNotValidYet() throws Exception {
        String token = token(claims -> claims.notBeforeTime(Date.from(NOW.plusSeconds(61))));

        refused(token, "not valid yet");
        clock.by(Duration.ofSeconds(1));
        assertThat(tokens.verify(token).name()).isEqualTo("alice");
    }

    @Test
    void itNeverExpires() {
        refused(token(claims -> claims.expirationTime(null)), "does not say when it expires");
    }

    @Test
    void itNamesNobody() {
        refused(token(claims -> claims.subject(null)), "'sub' is no name");
        refused(token(claims -> claims.subject("a\nb")), "'sub' is no name");
    }

    @Test
    void itIsSignedWithAnotherKey() {
        refused(TestIssuer.signed(TestIssuer.newKey(), issuer.claims("alice", NOW)), "not signed with a key");
    }

    @Test
    void itIsSignedWithAnotherKeyThatHasTheSameName() throws Exception {
        var twin = new com.nimbusds.jose.jwk.gen.RSAKeyGenerator(2048)
                .keyID(issuer.key().getKeyID())
                .generate();

        refused(TestIssuer.signed(twin, issuer.claims("alice", NOW)), "not signed with a key");
    }

    @Test
    void itIsNotSigned() {
        refused(TestIssuer.unsigned(issuer.claims("admin", NOW)), "not signed");
    }

    @Test
    void itIsSignedWithThePublicKeyAsASecret() {
        refused(issuer.signedWithPublicKeyAsSecret(issuer.claims("admin", NOW)), "not signed with a key");
    }

    @Test
    void itWasChangedAfterItWasSigned() {
        String[] mine = token(claims -> claims).split("\\.", 3);
        String[] admins = token(claims -> claims.subject("admin")).split("\\.", 3);

        refused(mine[0] + "." + admins[1] + "." + mine[2], "not signed with a key");
    }

    @Test
    void itIsNoTokenAtAll() {
        for (String text : List.of("", "x", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", "....", "ä.ö.ü")) {
            refused(text, "");
        }
    }

    @Test
    void keysThatChangedAreFetchedAgainAndTheOldOnesAreNoLongerTaken() throws Exception {
        String before = token(claims -> claims);
        assertThat(tokens.verify(before).name()).isEqualTo("alice");
        issuer.rotate();
        String after = token(claims -> claims);

        assertThat(tokens.verify(after).name()).isEqualTo("alice");
        assertThat(issuer.fetches()).isEqualTo(2);
        refused(before, "not signed with a key");
    }

    @Test
    void tokensWithUnknownKeysDoNotHaveTheKeysFetchedEachTime() throws Exception {
        tokens.verify(token(claims -> claims));
        for (int i = 0; i < 50; i++) {
            refused(TestIssuer.signed(named("unknown-" + i), issuer.claims("alice", NOW)), "not signed with a key");
        }

        assertThat(issuer.fetches()).isLessThanOrEqualTo(3);
        assertThat(tokens.verify(token(claims -> claims)).name()).isEqualTo("alice");
    }

    @Test
    void whileTheProviderDoesNotAnswerItCannotBeTold() {
        issuer.answersWith(500);

        assertThatThrownBy(() -> tokens.verify(token(claims -> claims)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("keys cannot be fetched");
    }

    @Test
    void theProviderMayComeLater() throws Exception {
        issuer.answersWith(500);
        assertThatThrownBy(() -> tokens.verify(token(claims -> claims))).isInstanceOf(ProblemException.class);
        issuer.answersWith(200);
        assertThatThrownBy(() -> tokens.verify(token(claims -> claims))).isInstanceOf(ProblemException.class);

        clock.by(Duration.ofSeconds(2));

        assertThat(tokens.verify(token(claims -> claims)).name()).isEqualTo("alice");
    }

    @Test
    void aDiscoveryDocumentOfAnotherIssuerIsNotBelieved() {
        issuer.saysThatItIs("https://elsewhere.example");

        assertThatThrownBy(() -> tokens.verify(token(claims -> claims))).isInstanceOf(ProblemException.class);
        assertThat(issuer.fetches()).isZero();
    }

    @Test
    void withAnAddressOfTheKeysNoDiscoveryIsNeeded() throws Exception {
        issuer.saysThatItIs("https://elsewhere.example");

        OidcTokens direct = tokens(URI.create(issuer.url() + "/keys"), Duration.ofMinutes(4));

        assertThat(direct.verify(token(claims -> claims)).name()).isEqualTo("alice");
    }

    private com.nimbusds.jose.jwk.RSAKey named(String name) {
        return new com.nimbusds.jose.jwk.RSAKey.Builder(issuer.key())
                .keyID(name)
                .build();
    }

    private OidcTokens tokens(URI keys, Duration betweenFetches) {
        OidcSettings settings = new OidcSettings(
                URI.create(issuer.url()), TestIssuer.AUDIENCE, keys, "sub", "groups", SKEW, betweenFetches);
        return new OidcTokens(settings, new OidcKeys(settings, clock), clock);
    }

    private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return issuer.token(change.apply(issuer.claims("alice", NOW)));
    }

    /** Refused, with a reason in which there is nothing of the token. */
    private void refused(String token, String reason) {
        assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOf(Unauthenticated.class)
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("elsewhere", "alice", "admin", "another\"");
    }
}
