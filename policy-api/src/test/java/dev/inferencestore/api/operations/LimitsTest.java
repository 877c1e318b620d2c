package dev.inferencestore.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final String MODEL = "{\"project_id\": \"p\", \"task_type\": \"t\"}";

    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(
                false,
                "--postgres.statement-timeout",
                "1s",
                "--postgres.pool-size",
                "2",
                "--postgres.connection-timeout",
                "500ms"));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void whatTakesTooLongIs503AndTheRestGoesOn() throws Exception {
        try (Connection locks = store.database().getConnection();
                Statement statement = locks.createStatement()) {
            locks.setAutoCommit(false);
            statement.execute("LOCK TABLE models IN ACCESS EXCLUSIVE MODE");
            List<CompletableFuture<Answer>> calls = IntStream.range(0, 6)
                    .mapToObj(i -> client.putLater("/api/v1/models/m-" + i, MODEL))
                    .toList();
            List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();
            locks.rollback();

            assertThat(answers).allMatch(answer -> answer.status() == 503);
            assertThat(answers).allMatch(answer -> answer.header("Retry-After").equals("1"));
            assertThat(answers).anyMatch(answer -> answer.text().contains("postgres.statement-timeout"));
            assertThat(answers).anyMatch(answer -> answer.text().contains("does not answer"));
        }
        assertThat(client.put("/api/v1/models/m", MODEL).status()).isIn(200, 201);
        assertThat(client.get("/metrics").text())
                .contains("hikaricp_connections_max{pool=\"inference-store-api\"} 2.0")
                .contains("hikaricp_connections_timeout_total")
                .containsPattern("http_server_requests_active [1-9]");
    }

    @Test
    void routesAndMethodsOfMetricsAreBounded() {
        client.send("BREW", "/coffee/1", "");
        client.send("WHEN", "/coffee/2", "");
        Await.until(() -> client.get("/metrics").text().contains("method=\"other\""));
        assertThat(client.get("/metrics").text())
                .doesNotContain("BREW")
                .doesNotContain("coffee")
                .containsPattern(
                        "http_server_requests_seconds_bucket\\{method=\"other\",route=\"none\",status=\"40\\d\",le=\"0.5\"} 2");
    }

    @Test
    void aSaneRequestIdIsKeptAndEveryAnswerHasOne() {
        Answer given = client.send("GET", "/no/such", "", "X-Request-Id", "a-1");
        assertThat(given.header("X-Request-Id")).isEqualTo("a-1");
        assertThat(given.json().path("request_id").asText()).isEqualTo("a-1");
        assertThat(client.get("/healthz").header("X-Request-Id")).matches("[0-9a-f-]{36}");
        // Found by the server before it has read the headers.
        Answer early = client.get("/%00");
        assertThat(early.status()).isEqualTo(400);
        assertThat(early.header("X-Request-Id")).matches("[0-9a-f-]{36}");
        assertThat(early.json().path("request_id").asText()).isEqualTo(early.header("X-Request-Id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "<script>", "\"}", "-x"})
    void aRequestIdThatIsNotSaneIsReplaced(String id) {
        assertThat(client.send("GET", "/healthz", "", "X-Request-Id", id).header("X-Request-Id"))
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void aSchemaThatIsTooOldIsNotReady() {
        TestServers.Store other = TestServers.newStore();
        try (PolicyApi own = PolicyApi.start(other.settings(false))) {
            Client its = new Client(own);
            assertThat(its.get("/readyz").status()).isEqualTo(200);
            Jdbi.create(other.database())
                    .useHandle(handle -> handle.execute("DELETE FROM flyway_schema_history WHERE installed_rank > 2"));
            Await.until(() -> its.get("/readyz").status() == 503);
            assertThat(its.get("/readyz").json().at("/checks/database/detail").asText())
                    .contains("its schema is of version");
        }
    }
}
