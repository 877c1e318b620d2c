package dev.inferencestore.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.api.TestServers;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.ProblemAnswers;
import dev.inferencestore.api.http.SecurityHeaders;
import dev.inferencestore.storage.access.AccessReader;
import dev.inferencestore.storage.access.TokenHash;
import dev.inferencestore.storage.schema.Schema;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gate does besides roles, on routes of its own and with a clock that moves. */
class GateTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ADMIN = "an-admin-of-everything-who-has-a-long-token";

    private final Moved clock = new Moved(Instant.parse("2026-11-22T12:00:00Z"));
    private final AtomicInteger connections = new AtomicInteger();
    private DataSource database;
    private Javalin server;

    @BeforeEach
    void start() {
        database = TestServers.newStore().database();
        KnownAccess known = new KnownAccess(new AccessReader(counted()), clock);
        Authenticator authenticator =
                new Authenticator(TokenHash.of(ADMIN), null, known, new TokenUse(token -> {}, clock), clock);
        SignedLinks links = call -> "good".equals(call.queryParam("signature"));
        Gate gate = new Gate(authenticator, new Limits(2, 5, clock), model -> Optional.empty(), links);
        server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            ProblemAnswers.addTo(config);
            new SecurityHeaders(true).addTo(config.routes);
            gate.addTo(config.routes);
            config.routes.get("/health", call -> call.result("fine"), Role.ANYONE);
            config.routes.get("/api/input", GateTest::who, Role.INPUT_READER);
            config.routes.get("/api/read", GateTest::who, Role.READER);
            config.routes.delete("/api/input", GateTest::who, Role.INPUT_READER);
            config.routes.get("/api/none", GateTest::who);
            config.routes.get("/api/two", GateTest::who, Role.READER, Role.WRITER);
        });
        server.start("127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void whoCallsTooOftenIsHeldBackAndToldForHowLong() {
        for (int i = 4; i >= 0; i--) {
            HttpResponse<String> answer = get("/api/input", "Bearer " + ADMIN);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(header(answer, "RateLimit")).isEqualTo("\"caller\";r=" + i);
            assertThat(header(answer, "RateLimit-Policy")).isEqualTo("\"caller\";q=5;w=3");
        }

        HttpResponse<String> refused = get("/api/input", "Bearer " + ADMIN);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(header(refused, "Retry-After")).isEqualTo("1");
        assertThat(refused.body()).contains("urn:inference-store:problem:too-many-calls", "http.rate-limit");
        assertThat(get("/health", "Bearer " + ADMIN).statusCode()).isEqualTo(200);
        assertThat(get("/api/input?signature=good", "").statusCode()).isEqualTo(200);
        clock.by(Duration.ofMillis(500));
        assertThat(get("/api/input", "Bearer " + ADMIN).statusCode()).isEqualTo(200);
        assertThat(get("/api/input", "Bearer " + ADMIN).statusCode()).isEqualTo(429);
    }

    @Test
    void wrongTokensAreHeldBackByAddressAndCostNoQueryEach() {
        Schema.migrate(database);
        int refused = 0;
        int heldBack = 0;
        for (int i = 0; i < 300; i++) {
            int status = get("/api/input", "Bearer " + TokenText.random()).statusCode();
            refused += status == 401 ? 1 : 0;
            heldBack += status == 429 ? 1 : 0;
        }

        assertThat(refused).isEqualTo(200);
        assertThat(heldBack).isEqualTo(100);
        assertThat(connections.get()).isEqualTo(1);
        assertThat(get("/api/input", "Bearer " + ADMIN).statusCode()).isEqualTo(200);
        clock.by(KnownAccess.AGE_OF_UNKNOWN);
        get("/api/input", "Bearer " + TokenText.random());
        assertThat(connections.get()).isEqualTo(2);
    }

    @Test
    void aSignatureDoesInsteadOfARole() {
        HttpResponse<String> answer = get("/api/input?signature=good", "");

        assertThat(answer.body()).isEqualTo("link@127.0.0.1 false");
        assertThat(get("/api/input?signature=bad", "").statusCode()).isEqualTo(401);
        assertThat(get("/api/read?signature=good", "").statusCode()).isEqualTo(401);
        assertThat(send(request("/api/input?signature=good").DELETE().build()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void otherSchemesAreNoTokens() {
        for (String header :
                new String[] {"Basic YTpi", ADMIN, "Bearer", "bearer", "Bearer " + ADMIN + "x", "Bearer a b"}) {
            assertThat(get("/api/input", header).statusCode()).as(header).isEqualTo(401);
        }
        assertThat(get("/api/input", "bearer " + ADMIN).statusCode()).isEqualTo(200);
        assertThat(get("/api/input", "Bearer  " + ADMIN + " ").body()).isEqualTo("token:bootstrap true");
    }

    @Test
    void aRouteWithoutOneRoleLetsNobodyIn() {
        assertThat(get("/api/none", "Bearer " + ADMIN).statusCode()).isEqualTo(500);
        assertThat(get("/api/two", "Bearer " + ADMIN).statusCode()).isEqualTo(500);
        assertThatThrownBy(() -> Route.all(server)).hasMessageContaining("GET /api/none must name exactly one role");
    }

    @Test
    void everyAnswerHasTheHeadersThatKeepBrowsersFromMore() {
        for (String path : new String[] {"/health", "/api/input", "/api/nowhere", "/api/none", "/api/%c0%ae"}) {
            HttpResponse<String> answer = get(path, "");
            assertThat(header(answer, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(header(answer, "Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; frame-ancestors 'none'");
        }
        assertThat(header(get("/api/input", ""), "Cache-Control")).isEqualTo("no-store");
        assertThat(header(get("/api/input", ""), "Strict-Transport-Security")).isEqualTo("max-age=31536000");
    }

    private static void who(Context call) {
        call.result(Caller.of(call) + " " + Caller.mayEverywhere(call, Role.ADMIN));
    }

    private DataSource counted() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        connections.incrementAndGet();
                    }
                    return method.invoke(database, arguments);
                });
    }

    private HttpResponse<String> get(String path, String authorization) {
        HttpRequest.Builder request = request(path);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return send(request.build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
