package dev.inferencestore.api.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.servers.KafkaServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {
    private static final String PATH = "/api/v1/dead-letters";
    private static final String REPLAY = "{\"filter\": {\"model_id\": \"m\"}}";

    @TempDir
    private Path directory;

    @Test
    void whileKafkaIsAwayCallersAreToldToComeBackAndThenItGoesOn() {
        TestServers.Store store = TestServers.newStore();
        KafkaServer kafka = KafkaServer.start(directory, 0);
        int port = kafka.port();
        try {
            TestTopic letters = TestTopic.create(kafka.bootstrapServers(), "dead", 1, Map.of());
            TestTopic inferences = TestTopic.create(kafka.bootstrapServers(), "inferences", 1, Map.of());
            letters.write(List.of(TestLetter.of("m").from("inferences", 0, 1, 1).on(letters, 0)));
            try (PolicyApi api = PolicyApi.start(store.settings(
                    false,
                    "--kafka.bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--kafka.dead-letter-topic",
                    "dead",
                    "--kafka.inferences-topic",
                    "inferences",
                    "--events.delivery-timeout",
                    "1s"))) {
                Client client = new Client(api);
                assertThat(client.get(PATH).json().path("items")).hasSize(1);
                kafka.close();

                // At once, since each waits for Kafka as long as it may.
                List<CompletableFuture<Answer>> answers = Stream.<CompletableFuture<Answer>>of(
                                CompletableFuture.supplyAsync(() -> client.get(PATH)),
                                CompletableFuture.supplyAsync(() -> client.get(PATH + "/0-0")),
                                CompletableFuture.supplyAsync(() -> client.get(PATH + "/0-0/value")),
                                CompletableFuture.supplyAsync(() -> client.post(PATH + "/replay", REPLAY)))
                        .toList();
                assertThat(answers.stream().map(CompletableFuture::join)).allSatisfy(answer -> {
                    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                    assertThat(answer.header("Retry-After")).isEqualTo("5");
                    assertThat(answer.json().path("detail").asText()).startsWith("Kafka does not answer");
                });
                // PostgreSQL has these.
                assertThat(client.get(PATH + "/reasons").status()).isEqualTo(200);

                kafka = KafkaServer.start(directory, port);
                Await.until(() -> client.get(PATH).status() == 200);
                assertThat(client.post(PATH + "/replay", REPLAY)
                                .json()
                                .path("replayed")
                                .asInt())
                        .isEqualTo(1);
                assertThat(inferences.all()).hasSize(1);
            }
        } finally {
            kafka.close();
        }
    }

    @Test
    void aTopicThatIsMissingIsSaidAndNotMade() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi api = PolicyApi.start(store.settings(false, "--kafka.dead-letter-topic", "nobody-made-it"))) {
            for (int i = 0; i < 2; i++) {
                Answer answer = new Client(api).get(PATH);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.json().path("detail").asText())
                        .isEqualTo(
                                "Kafka has no topic nobody-made-it (kafka.dead-letter-topic): send this again later");
            }
        }
    }
}
