package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyTest {
    private static final String KEY = "Idempotency-Key";
    private static final String FILTER = "{\"filter\": {\"action\": \"score\"}}";

    private static RetentionApi api;

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aRepeatIsAnsweredWithTheSameTaskAsItIsNow() {
        String model = modelWithPolicy();
        Answer first = post(model + "/retention-tasks", "{\"dry_run\": false}", "k 1");
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        String id = first.json().path("id").asText();
        api.client.send("POST", model + "/retention-tasks/" + id + "/cancel", "");

        Answer again = post(model + "/retention-tasks", "{ \"dry_run\" : false }", "k 1");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        assertThat(again.json().path("id").asText()).isEqualTo(id);
        assertThat(again.json().path("state").asText()).isEqualTo("cancelled");
        assertThat(tasks(model)).isEqualTo(1);
    }

    @Test
    void aRepeatIsAnsweredAlsoWhereItWouldNowBeRefused() {
        String model = modelWithPolicy();
        String id =
                post(model + "/retention-tasks", "{}", "k").json().path("id").asText();
        api.client.delete(model + "/retention-policy");

        assertThat(post(model + "/retention-tasks", "{}", "other").status()).isEqualTo(404);
        assertThat(post(model + "/retention-tasks", "{}", "k").json().path("id").asText())
                .isEqualTo(id);
    }

    @Test
    void theSameKeyWithAnotherRequestIsRefused() {
        String model = modelWithPolicy();
        post(model + "/retention-tasks", "{\"dry_run\": true}", "k");

        Answer other = post(model + "/retention-tasks", "{\"dry_run\": false}", "k");
        Answer elsewhere = post(model + "/inferences/erase", FILTER, "k");

        assertThat(List.of(other.status(), elsewhere.status())).containsOnly(422);
        assertThat(other.errors()).startsWith("Idempotency-Key was used for another request");
        assertThat(tasks(model)).isEqualTo(1);
    }

    @Test
    void aKeyIsOfOneModelAndCallsWithoutOneAreAlwaysNew() {
        String one = modelWithPolicy();
        String other = modelWithPolicy();
        assertThat(post(one + "/retention-tasks", "{}", "k").json().path("id"))
                .isNotEqualTo(post(other + "/retention-tasks", "{}", "k").json().path("id"));
        api.client.post(one + "/retention-tasks", "{}");
        api.client.post(one + "/retention-tasks", "{}");
        assertThat(tasks(one)).isEqualTo(3);
    }

    @Test
    void aRefusedRequestLeavesItsKeyFree() {
        String model = api.model();
        assertThat(post(model + "/retention-tasks", "{}", "k").status()).isEqualTo(404);
        api.setPolicy(model, RetentionApi.MANUAL);
        assertThat(post(model + "/retention-tasks", "{\"dry_run\": true}", "k").status())
                .isEqualTo(202);
    }

    @Test
    void erasuresTakeKeysToo() {
        String model = modelWithPolicy();
        api.store(model, "2026-03-01T00:00:00Z", "a", "b");
        Answer erase = post(model + "/inferences/erase", FILTER, "e");
        Answer again = post(model + "/inferences/erase", FILTER, "e");
        Answer one = api.client.send("DELETE", model + "/inferences/a", "", KEY, "d");
        Answer oneAgain = api.client.send("DELETE", model + "/inferences/a", "", KEY, "d");
        Answer anotherOne = api.client.send("DELETE", model + "/inferences/b", "", KEY, "d");

        assertThat(erase.status()).isEqualTo(202);
        assertThat(again.json().path("id")).isEqualTo(erase.json().path("id"));
        assertThat(one.status()).isEqualTo(202);
        assertThat(oneAgain.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(oneAgain.json().path("id")).isEqualTo(one.json().path("id"));
        assertThat(anotherOne.status()).isEqualTo(422);
        assertThat(tasks(model)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\tb", "256"})
    void aKeyThatBreaksItsRuleIsRefused(String key) {
        Answer answer = post(modelWithPolicy() + "/retention-tasks", "{}", key.equals("256") ? "k".repeat(256) : key);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors())
                .isEqualTo("Idempotency-Key must be one text of 1 to 255 printable ASCII characters\n");
    }

    @Test
    void fiftyAtOnceMakeOneTask() {
        String model = modelWithPolicy();
        String key = "k".repeat(255);
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 50)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(model + "/retention-tasks", "{}", key)))
                .toList();
        List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

        assertThat(answers).allMatch(answer -> answer.status() == 202);
        assertThat(answers.stream()
                        .map(answer -> answer.json().path("id").asText())
                        .distinct())
                .hasSize(1);
        Map<String, Long> replayed = answers.stream()
                .collect(Collectors.groupingBy(answer -> answer.header("Idempotency-Replayed"), Collectors.counting()));
        assertThat(replayed).containsExactlyInAnyOrderEntriesOf(Map.of("", 1L, "true", 49L));
        assertThat(tasks(model)).isEqualTo(1);
        assertThat(api.audit(model).stream().filter(entry -> entry.contains("task.created")))
                .hasSize(1);
    }

    @Test
    void whoeverNeverGotTheAnswerFindsTheTaskAlsoAfterARestart() throws IOException {
        String model = modelWithPolicy();
        String request = String.join(
                "\r\n",
                "POST " + model + "/retention-tasks HTTP/1.1",
                "Host: x",
                "Content-Type: application/json",
                "Content-Length: 2",
                KEY + ": lost",
                "",
                "{}");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        }
        Await.until(() -> tasks(model) == 1);

        try (PolicyApi restarted = PolicyApi.start(api.store.settings(false))) {
            Answer again = new Client(restarted)
                    .send("POST", model + "/retention-tasks", "{}", "Content-Type", "application/json", KEY, "lost");
            assertThat(again.status()).isEqualTo(202);
            assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        }
        assertThat(tasks(model)).isEqualTo(1);
    }

    @Test
    void whatIsKilledBeforeItsCommitIsMadeByTheRepeat() throws Exception {
        String model = modelWithPolicy();
        CompletableFuture<Answer> killed;
        try (Connection locks = api.store.database().getConnection();
                Statement statement = locks.createStatement()) {
            locks.setAutoCommit(false);
            statement.execute("LOCK TABLE retention_outbox IN ACCESS EXCLUSIVE MODE");
            killed = CompletableFuture.supplyAsync(() -> post(model + "/retention-tasks", "{}", "killed"));
            Await.until(() -> !waiting().isEmpty());
            api.texts(
                    "SELECT pg_terminate_backend(%s)::text".formatted(waiting().get(0)));
            assertThat(killed.join().status()).isEqualTo(503);
            locks.rollback();
        }
        assertThat(tasks(model)).isZero();

        Answer again = post(model + "/retention-tasks", "{}", "killed");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.header("Idempotency-Replayed")).isEmpty();
        assertThat(tasks(model)).isEqualTo(1);
    }

    private static List<String> waiting() {
        return api.texts("""
                SELECT pid::text FROM pg_locks
                WHERE NOT granted AND relation = 'retention_outbox'::regclass""");
    }

    private static String modelWithPolicy() {
        String model = api.model("m-" + UUID.randomUUID());
        api.setPolicy(model, RetentionApi.MANUAL);
        return model;
    }

    private static Answer post(String path, String body, String key) {
        return api.client.send("POST", path, body, "Content-Type", "application/json", KEY, key);
    }

    private static int tasks(String model) {
        return Integer.parseInt(
                api.text("SELECT count(*) FROM retention_tasks WHERE model_id = '" + RetentionApi.id(model) + "'"));
    }
}
