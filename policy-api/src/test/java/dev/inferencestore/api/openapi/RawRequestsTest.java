package dev.inferencestore.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is hardly HTTP: the server refuses it before any call is reached, as a problem too. */
class RawRequestsTest {
    private static final String HOST = "Host: x\r\n";
    private static final String PUT = "PUT /api/v1/models/m HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";

    private static PolicyApi api;

    @BeforeAll
    static void start() {
        api = PolicyApi.start(TestServers.newStore().settings(false));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "400 | GET /api/v1/models HTTP/1.1~~",
                "400 | GET /api/v1/models HTTP/1.1~Host: a~Host: b~~",
                "400 | GET /api/v1/models HTTP/1.1~Host: a b~~",
                "400 | GET /api/v1/models/%zz HTTP/1.1~Host: x~~",
                "400 | GET /api/v1/models/%ff HTTP/1.1~Host: x~~",
                "400 | GET api/v1/models HTTP/1.1~Host: x~~",
                "505 | GET  HTTP/1.1~Host: x~~",
                "400 | NONSENSE~~",
                "400 | GET /api/v1/models HTTP/1.1~Host: x~No colon~~",
                "400 | GET /api/v1/models HTTP/1.1~Host: x~Spaced name: 1~~",
                "400 | GET /api/v1/models HTTP/1.1~Host: x~A: 1~ folded~~",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Content-Length: -1~~",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Content-Length: 1x~~{}",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Content-Length: 2~Content-Length: 3~~{}}",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Content-Length: 2~Transfer-Encoding: chunked~~2~{}~0~~",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Transfer-Encoding: chunked~~zz~{}~0~~",
                "400 | PUT /api/v1/models/m HTTP/1.1~Host: x~Transfer-Encoding: gzip~~{}",
                "400 | CONNECT 127.0.0.1:1 HTTP/1.1~Host: x~~",
                "405 | TRACE /api/v1/models HTTP/1.1~Host: x~Secret: s3cret~~",
                "404 | PRI * HTTP/1.1~Host: x~~",
                "405 | BREW /api/v1/models HTTP/1.1~Host: x~~",
                "505 | GET /api/v1/models HTTP/9.9~Host: x~~",
            })
    void itIsRefusedAsAProblem(int status, String request) throws IOException {
        isProblem(status, request.replace("~", "\r\n"));
    }

    @Test
    void whatIsTooLong() throws IOException {
        String large = "x".repeat(20_000);

        isProblem(414, "GET /api/v1/models?cursor=" + large + " HTTP/1.1\r\n" + HOST + "\r\n");
        isProblem(431, "GET /api/v1/models HTTP/1.1\r\n" + HOST + "A: " + large + "\r\n\r\n");
        isProblem(431, "GET /api/v1/models HTTP/1.1\r\n" + HOST + "A: 1\r\n".repeat(4000) + "\r\n");
    }

    @Test
    void aZeroByteInAHeader() throws IOException {
        isProblem(400, "GET /api/v1/models HTTP/1.1\r\n" + HOST + "A: a\0b\r\n\r\n");
    }

    @Test
    void headersThatACallDoesNotReadAreNoErrorWhateverTheySay() {
        try (Wire wire = new Wire(api.port())) {
            for (String header : List.of(
                    "Range: bytes=9-1",
                    "Range: x",
                    "Accept: \u00e9;q=x",
                    "Accept: image/png",
                    "Accept-Encoding: zz;q=x",
                    "Idempotency-Key: " + "x".repeat(3000),
                    "traceparent: 00-zz-zz-01",
                    "traceparent: \u0001",
                    "tracestate: ,,==",
                    "If-Modified-Since: yesterday",
                    "Cookie: a=\"b; c",
                    "X-Forwarded-For: '--",
                    "Expect: nothing")) {
                Received answer = wire.send("GET", "/api/v1/models", List.of(header), new byte[0]);
                assertThat(answer.status()).as(header + " " + answer).isIn(200, 400, 417);
            }
        }
    }

    @Test
    void oldClientsAreAnsweredToo() throws IOException {
        try (Wire wire = new Wire(api.port())) {
            assertThat(wire.send(bytes("GET /healthz HTTP/1.0\r\n\r\n")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aBodyThatEndsEarlyChangesNothing() throws IOException {
        try (Wire wire = new Wire(api.port())) {
            Received answer = wire.sendAndEnd(bytes(PUT + "Content-Length: 100\r\n\r\n{\"project_id\": \"p\""));
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.type()).isEqualTo("application/problem+json");
        }
        try (Wire wire = new Wire(api.port())) {
            assertThat(wire.send("GET", "/api/v1/models/m", List.of(), new byte[0])
                            .status())
                    .isEqualTo(404);
        }
    }

    private static void isProblem(int status, String request) throws IOException {
        try (Wire wire = new Wire(api.port())) {
            Received answer = wire.send(bytes(request));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            assertThat(answer.type()).as(answer.toString()).isEqualTo("application/problem+json");
            JsonNode problem = new ObjectMapper().readTree(answer.body());
            for (String member : List.of("type", "title", "detail", "instance", "request_id")) {
                assertThat(problem.path(member).asText()).as(member).isNotBlank();
            }
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(answer.body() + answer.headers())
                    .doesNotContainIgnoringCase("exception")
                    .doesNotContainIgnoringCase("jetty")
                    .doesNotContain("s3cret", "badMessage", "java");
        }
    }

    private static byte[] bytes(String request) {
        return request.getBytes(StandardCharsets.ISO_8859_1);
    }
}
