package dev.inferencestore.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

class OperationsTest {
    @Test
    void itIsReadyWhenTheDatabaseAndKafkaAnswerAndSaysHowFastItIs() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi api = PolicyApi.start(store.settings(true))) {
            Client client = new Client(api);
            Await.until(() -> client.get("/readyz").text().split("publishing", -1).length == 3);
            assertThat(client.get("/healthz").status()).isEqualTo(200);
            Answer ready = client.get("/readyz");
            assertThat(ready.status()).isEqualTo(200);
            assertThat(ready.json().path("checks").findValuesAsText("ok"))
                    .containsExactly("true", "true", "true", "true");
            assertThat(ready.json().path("checks").fieldNames())
                    .toIterable()
                    .containsExactly("database", "kafka", "control_relay", "retention_events_relay");

            client.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"t\"}");

            Await.until(() -> client.get("/metrics")
                    .text()
                    .contains("inference_store_relay_published_total{relay=\"control\"} 1.0"));
            Await.until(() -> client.get("/metrics").text().contains("inference_store_control_outbox_depth 0.0"));
            assertThat(client.get("/metrics").text())
                    .contains("inference_store_relay_lag_seconds{relay=\"control\"} 0.0")
                    .containsPattern("http_server_requests_seconds_count\\{method=\"PUT\","
                            + "route=\"/api/v1/models/\\{model_id\\}\",status=\"201\"\\} 1");
        }
    }

    @Test
    void itSaysHowRetentionIsDoing() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi api = PolicyApi.start(store.settings(false))) {
            Client client = new Client(api);
            client.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"t\"}");
            client.put("/api/v1/models/m/retention-policy", "{\"delete_action\": \"soft\"}");
            for (int i = 0; i < 5; i++) {
                client.post("/api/v1/models/m/retention-tasks", "{}");
            }
            Jdbi.create(store.database()).useHandle(handle -> handle.execute("""
                    WITH n AS (SELECT task_id, row_number() OVER (ORDER BY created_at) AS n FROM retention_tasks)
                    UPDATE retention_tasks t
                    SET state = (ARRAY['running', 'failed', 'failed', 'pending', 'pending'])[n],
                        finished_at = now() - (ARRAY[0, 1, 25, 0, 0])[n] * interval '1 hour',
                        created_at = now() - interval '1 hour'
                    FROM n WHERE n.task_id = t.task_id"""));

            assertThat(client.get("/metrics").text())
                    .contains("inference_store_retention_tasks{state=\"pending\"} 2.0")
                    .contains("inference_store_retention_tasks{state=\"running\"} 1.0")
                    .contains("inference_store_retention_failed_last_day 1.0")
                    .containsPattern("inference_store_retention_oldest_pending_seconds 36\\d\\d\\.")
                    .contains("inference_store_retention_outbox_depth 6.0")
                    .containsPattern("inference_store_relay_lag_seconds\\{relay=\"retention_events\"} \\d");
        }
    }

    @Test
    void itIsNotReadyWhileKafkaDoesNotAnswerButRegistersAllTheSame() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi api =
                PolicyApi.start(store.settings(true, "--kafka.bootstrap-servers", "127.0.0.1:" + closedPort()))) {
            Client client = new Client(api);

            Answer ready = client.get("/readyz");

            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().at("/checks/database/ok").asBoolean()).isTrue();
            assertThat(ready.json().at("/checks/kafka/ok").asBoolean()).isFalse();
            assertThat(ready.text()).doesNotContain("xception");
            assertThat(client.get("/healthz").status()).isEqualTo(200);
            assertThat(client.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"t\"}")
                            .status())
                    .isEqualTo(201);
            assertThat(client.get("/metrics").text()).contains("inference_store_control_outbox_depth 1.0");
        }
    }

    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
