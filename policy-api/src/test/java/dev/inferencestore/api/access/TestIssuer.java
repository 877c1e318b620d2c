package dev.inferencestore.api.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider: a discovery document and keys over HTTP, which change when it is told so. */
final class TestIssuer implements AutoCloseable {
    static final String AUDIENCE = "inference-store";

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RSAKey key = newKey();
    private volatile List<JWK> published = List.of(key);
    private volatile String saysItIs = "";
    private volatile int status = 200;

    TestIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/.well-known/openid-configuration", call -> {
            String says = saysItIs.isEmpty() ? url() : saysItIs;
            answer(call, "{\"issuer\":\"" + says + "\",\"jwks_uri\":\"" + url() + "/keys\"}");
        });
        server.createContext("/keys", call -> {
            fetches.incrementAndGet();
            answer(call, new JWKSet(published).toString(true));
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** How often its keys were fetched. */
    int fetches() {
        return fetches.get();
    }

    RSAKey key() {
        return key;
    }

    /** Signs with another key from now on, and says so. */
    void rotate() {
        key = newKey();
        published = List.of(key);
    }

    void publish(JWK other) {
        published = List.of(key, other);
    }

    void answersWith(int other) {
        status = other;
    }

    void saysThatItIs(String other) {
        saysItIs = other;
    }

    /** What an ordinary token says. */
    JWTClaimsSet.Builder claims(String name, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience(AUDIENCE)
                .subject(name)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    String token(JWTClaimsSet.Builder claims) {
        return signed(key, claims);
    }

    static String signed(RSAKey with, JWTClaimsSet.Builder claims) {
        try {
            return signed(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(with.getKeyID()), new RSASSASigner(with), claims);
        } catch (JOSEException failure) {
            throw new AssertionError(failure);
        }
    }

    /** With a secret that everybody knows: its public key, as it stands in its key set and as PEM would have it. */
    String signedWithPublicKeyAsSecret(JWTClaimsSet.Builder claims) {
        try {
            JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID());
            return signed(header, new MACSigner(key.toRSAPublicKey().getEncoded()), claims);
        } catch (JOSEException failure) {
            throw new AssertionError(failure);
        }
    }

    /** With an elliptic curve, published beside its key. */
    String signedByCurve(JWTClaimsSet.Builder claims) {
        try {
            var curve = new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
            publish(curve);
            JWSHeader.Builder header =
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("curve").type(new JOSEObjectType("at+jwt"));
            return signed(header, new ECDSASigner(curve), claims);
        } catch (JOSEException failure) {
            throw new AssertionError(failure);
        }
    }

    static String unsigned(JWTClaimsSet.Builder claims) {
        return new PlainJWT(claims.build()).serialize();
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String signed(JWSHeader.Builder header, JWSSigner signer, JWTClaimsSet.Builder claims)
            throws JOSEException {
        SignedJWT token = new SignedJWT(header.build(), claims.build());
        token.sign(signer);
        return token.serialize();
    }

    private void answer(com.sun.net.httpserver.HttpExchange call, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().add("Content-Type", "application/json");
        call.sendResponseHeaders(status, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }
}
