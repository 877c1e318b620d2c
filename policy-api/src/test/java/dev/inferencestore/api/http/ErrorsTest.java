package dev.inferencestore.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
    private static final String MODEL = "{\"project_id\": \"p\", \"task_type\": \"t\"}";

    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false, "--http.max-body", "4 KiB"));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aPathThatIsNotThereIsAProblem() {
        isProblem(client.get("/api/v1/nothing"), 404, "unknown-path");
        isProblem(client.get("/"), 404, "unknown-path");
    }

    @Test
    void anUnknownModelIsAProblemThatSaysWhatToDo() {
        isProblem(client.get("/api/v1/models/unknown"), 404, "unknown-model");
        isProblem(client.get("/api/v1/models/-not-an-id"), 404, "unknown-model");
        Answer answer = client.put("/api/v1/models/unknown/storage", "{\"enabled\": true}");
        isProblem(answer, 404, "unknown-model");
        assertThat(answer.json().path("detail").asText()).contains("register it with PUT");
        assertThat(answer.json().path("instance").asText()).isEqualTo("/api/v1/models/unknown/storage");
    }

    @Test
    void aMethodThatIsNotTakenIsAnsweredWithThoseThatAre() {
        Answer answer = client.send("POST", "/api/v1/models/m", "{}");

        isProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow").split(", "))
                .containsExactlyInAnyOrder("DELETE", "GET", "HEAD", "OPTIONS", "PUT");
    }

    @Test
    void whichMethodsAPathTakesCanBeAskedFor() {
        Answer answer = client.send("OPTIONS", "/api/v1/models/m/storage", "");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow").split(", ")).containsExactlyInAnyOrder("PUT", "OPTIONS");
        isProblem(client.send("OPTIONS", "/api/v1/nothing", ""), 404, "unknown-path");
    }

    @Test
    void headSaysWhatGetSaysWithoutItsBody() {
        client.put("/api/v1/models/head", MODEL);
        Answer got = client.get("/api/v1/models/head");

        Answer head = client.send("HEAD", "/api/v1/models/head", "");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.text()).isEmpty();
        assertThat(head.header("ETag")).isNotEmpty().isEqualTo(got.header("ETag"));
        assertThat(head.header("Content-Type")).isEqualTo("application/json");
        assertThat(client.send("HEAD", "/api/v1/models/unknown", "").status()).isEqualTo(404);
        assertThat(client.send("HEAD", "/api/v1/models?limit=0", "").status()).isEqualTo(422);
        assertThat(client.send("HEAD", "/api/v1/models/head/storage", "").status())
                .isEqualTo(405);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        String body = "{\"project_id\": \"" + "x".repeat(5000) + "\"}";

        isProblem(client.put("/api/v1/models/m", body), 413, "too-large");
    }

    @Test
    void aBodyThatIsNotJsonByItsTypeIsRefused() {
        Answer answer = client.send("PUT", "/api/v1/models/m", MODEL, "Content-Type", "text/plain");

        isProblem(answer, 415, "unsupported-media-type");
        assertThat(answer.json().path("detail").asText()).contains("Content-Type: application/json");
        assertThat(client.send("PUT", "/api/v1/models/m", MODEL, "Content-Type", "application/json;charset=utf-8")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{} {}",
                "{\"project_id\": \"a\", \"project_id\": \"b\"}",
                "{\"project_id\": NaN}",
                "{'a': 1}"
            })
    void aBodyThatCannotBeReadIsRefused(String body) {
        isProblem(client.put("/api/v1/models/m", body), 400, "unreadable");
    }

    @Test
    void everyBrokenRuleOfARegistrationIsNamedAtOnce() {
        Answer answer = client.put("/api/v1/models/.hidden", """
                {"task_type": 5, "name": "line\\nbreak", "sources": [{"service": "s", "\\u0000": "x"}, 7], "enabled": true}
                """);

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors().lines())
                .containsExactlyInAnyOrder(
                        "model_id must be 1 to 128 of A-Z a-z 0-9 . _ - and the first one a letter or a digit",
                        "project_id must be given",
                        "task_type must be a text",
                        "name must be 1 to 256 characters, none of them a control character",
                        "sources[0] has a field whose name must be 1 to 64 characters, none of them a control character",
                        "sources[0].format must be given",
                        "sources[1] must be an object",
                        "enabled is not a field of this call, which takes name, project_id, sources, task_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\u0000", "   ", ""})
    void textThatADatabaseTripsOverIsRefused(String text) {
        Answer answer = client.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"" + text + "\"}");

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors()).startsWith("task_type must be 1 to 256 characters");
    }

    @Test
    void sourcesHaveLimits() {
        String many = "{\"format\": \"kserve\", \"inference_service\": \"f\"},".repeat(32);

        assertThat(client.put(
                                "/api/v1/models/sources",
                                "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": [" + many
                                        + "{\"format\": \"kserve\", \"inference_service\": \"f\"}]}")
                        .errors())
                .isEqualTo("sources must be a list of at most 32 objects\n");
        assertThat(client.put(
                                "/api/v1/models/sources",
                                "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": [{\"format\": 3}]}")
                        .errors())
                .isEqualTo("sources[0].format must be a text\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "cursor=zzz",
                "enabled=yes",
                "project_id=-",
                "colour=red",
                "limit=1&limit=2"
            })
    void aParameterThatBreaksARuleIsNamed(String parameter) {
        Answer answer = client.get("/api/v1/models?" + parameter);

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors()).startsWith(parameter.substring(0, parameter.indexOf('=')) + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "PT61S", "-PT1S", "PT99999999999999H", "P1Y"})
    void aWaitOutsideItsRangeIsRefused(String wait) {
        Answer answer = client.put("/api/v1/models/m?wait=" + wait, MODEL);

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors()).isEqualTo("wait must be an ISO 8601 duration from PT0S to PT1M\n");
    }

    @Test
    void storageIsTrueOrFalse() {
        assertThat(client.put("/api/v1/models/m/storage", "{\"enabled\": \"true\"}")
                        .errors())
                .isEqualTo("enabled must be true or false\n");
        assertThat(client.put("/api/v1/models/m/storage", "{}").errors()).isEqualTo("enabled must be true or false\n");
    }

    @Test
    void aPathThatCannotBeDecodedIsAProblemWithoutAStackTrace() throws IOException {
        String answer = raw("GET /api/v1/models/%ff%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .contains(" 400 ")
                .contains("application/problem+json")
                .doesNotContain("Exception");
        assertThat(raw("GET /api/v1/models/a%2Fb HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .containsPattern(" 40[04] ")
                .contains("application/problem+json")
                .doesNotContain("Exception");
        assertThat(raw("NONSENSE\r\n\r\n")).doesNotContain("Exception").doesNotContain("Jetty");
    }

    @Test
    void whatTheServerIsToBlameForIsAnsweredWithAnIdOnly() {
        TestServers.Store broken = TestServers.newStore();
        try (PolicyApi server = PolicyApi.start(broken.settings(false))) {
            Jdbi.create(broken.database()).useHandle(handle -> handle.execute("ALTER TABLE models RENAME TO gone"));

            Answer answer = new Client(server).get("/api/v1/models/m");

            isProblem(answer, 500, "internal");
            assertThat(answer.text()).doesNotContain("SELECT").doesNotContain("Exception");
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsUnavailable() {
        TestServers.Store busy = TestServers.newStore();
        try (PolicyApi server = PolicyApi.start(
                        busy.settings(false, "--postgres.pool-size", "2", "--postgres.connection-timeout", "250ms"));
                var handle = Jdbi.create(busy.database()).open()) {
            handle.begin();
            handle.execute("LOCK TABLE models");
            var held = new Client(server).putLater("/api/v1/models/m", MODEL);
            var heldToo = new Client(server).putLater("/api/v1/models/n", MODEL);
            Await.until(() -> waitingForLocks(busy) == 2);

            Answer answer = new Client(server).get("/api/v1/models/m");

            isProblem(answer, 503, "unavailable");
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            handle.rollback();
            assertThat(held.join().status()).isEqualTo(201);
            assertThat(heldToo.join().status()).isEqualTo(201);
        }
    }

    private static int waitingForLocks(TestServers.Store store) {
        return Jdbi.create(store.database())
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE wait_event_type = 'Lock' AND datname = current_database()""").mapTo(Integer.class).one());
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void isProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:" + type);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("title").asText()).isNotBlank();
        assertThat(answer.json().path("instance").asText()).startsWith("/");
    }
}
