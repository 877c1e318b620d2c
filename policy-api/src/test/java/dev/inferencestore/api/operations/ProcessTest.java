package dev.inferencestore.api.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MODEL = "{\"project_id\": \"p\", \"task_type\": \"t\"}";
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    private Path directory;

    @Test
    void whoeverIsAnsweredWhenItIsToldToStopIsAnsweredAndThenItEnds() throws Exception {
        TestServers.Store store = TestServers.newStore();
        try (ApiProcess api = ApiProcess.start(
                        store, directory.resolve("out"), "--http.stop-delay", "2s", "--http.stop-timeout", "30s");
                Connection locks = store.database().getConnection();
                Statement statement = locks.createStatement()) {
            Client client = new Client(api.port());
            assertThat(client.get("/readyz").status()).isEqualTo(200);
            locks.setAutoCommit(false);
            statement.execute("LOCK TABLE models IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Answer> atHand = client.putLater("/api/v1/models/at-hand", MODEL);
            Await.until(() -> isWaitedFor(store));

            api.tellToStop();
            Await.until(() -> client.get("/readyz").status() == 503);
            assertThat(client.get("/readyz").text()).contains("is stopping");
            assertThat(client.get("/healthz").status()).isEqualTo(200);
            Await.until(() -> isRefused(client));
            assertThat(atHand).isNotDone();
            assertThat(api.isAlive()).isTrue();
            locks.rollback();

            assertThat(atHand.join().status()).isEqualTo(201);
            Await.until(() -> !api.isAlive());
        }
    }

    @Test
    void itsLogIsOneObjectALineWithNothingSecretInIt() throws Exception {
        TestServers.Store store = TestServers.newStore();
        try (ApiProcess api = ApiProcess.start(store, directory.resolve("out"))) {
            Client client = new Client(api.port());
            client.send(
                    "PUT",
                    "/api/v1/models/mine?secret=hidden-in-the-query",
                    MODEL,
                    "Content-Type",
                    "application/json",
                    "X-Request-Id",
                    "from-the-caller/1",
                    "traceparent",
                    TRACE,
                    "Authorization",
                    "Bearer hidden-token");
            client.send("FOO", "/no/such/path-hidden", "");
            Jdbi.create(store.database()).useHandle(handle -> handle.execute("ALTER TABLE holds RENAME TO gone"));
            Answer broken = client.get("/api/v1/models/mine/holds");
            assertThat(broken.status()).isIn(404, 500);
            Await.until(() -> access(api).size() >= 3);

            List<JsonNode> lines = access(api);
            JsonNode put = lines.get(0);
            assertThat(put.path("request_id").asText()).isEqualTo("from-the-caller/1");
            assertThat(put.path("trace_id").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
            assertThat(put.path("span_id").asText()).isEqualTo("b7ad6b7169203331");
            assertThat(put.path("caller").asText()).isNotEmpty();
            assertThat(put.path("method").asText()).isEqualTo("PUT");
            assertThat(put.path("route").asText()).isEqualTo("/api/v1/models/{model_id}");
            assertThat(put.path("status").isNumber()).isTrue();
            assertThat(put.path("duration_ms").isNumber()).isTrue();
            assertThat(put.path("level").asText()).isEqualTo("INFO");
            JsonNode foo = lines.get(1);
            assertThat(foo.path("route").asText()).isEqualTo("none");
            assertThat(foo.path("method").asText()).isEqualTo("other");
            assertThat(foo.has("trace_id")).isFalse();
            assertThat(api.output()).doesNotContain("hidden");
        }
    }

    /** The lines that have a status; all others must be objects too. */
    private static List<JsonNode> access(ApiProcess api) {
        List<JsonNode> access = new ArrayList<>();
        for (String line : api.lines()) {
            if (line.startsWith("The API listens on ")) {
                continue;
            }
            try {
                JsonNode json = JSON.readTree(line);
                assertThat(json.path("timestamp").asText()).as(line).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
                if (json.has("status")) {
                    access.add(json);
                }
            } catch (java.io.IOException notJson) {
                throw new AssertionError("not JSON: " + line, notJson);
            }
        }
        return access;
    }

    private static boolean isRefused(Client client) {
        try {
            return client.get("/healthz").status() == 503;
        } catch (AssertionError refused) {
            return true;
        }
    }

    private static boolean isWaitedFor(TestServers.Store store) {
        return Jdbi.create(store.database()).withHandle(handle -> handle.createQuery(
                        "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND database ="
                                + " (SELECT oid FROM pg_database WHERE datname = current_database()))")
                .mapTo(Boolean.class)
                .one());
    }

    @Test
    void wrongOptionsAreAllSaid() {
        assertThatThrownBy(() -> ApiProcess.start(
                        TestServers.newStore(), directory.resolve("out"), "--events.max-in-flight", "1 MiB"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("'events.max-in-flight' must have room for one body of 'events.max-body'");
    }
}
