package dev.inferencestore.api.events;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsOutageTest {
    @TempDir
    private Path directory;

    @Test
    void whileKafkaIsAwaySendersAreToldToComeBackAndThenItGoesOn() {
        TestServers.Store store = TestServers.newStore();
        KafkaServer kafka = KafkaServer.start(directory, 0);
        int port = kafka.port();
        try {
            InferencesTopic topic = InferencesTopic.create(kafka.bootstrapServers(), "inferences", Map.of());
            try (PolicyApi api = PolicyApi.start(store.settings(
                    false,
                    "--kafka.bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--kafka.inferences-topic",
                    "inferences",
                    "--events.max-body",
                    "900 KiB",
                    "--events.max-in-flight",
                    "1 MiB",
                    "--events.delivery-timeout",
                    "1s"))) {
                Client client = new Client(api);
                assertThat(post(client, "before", "x").status()).isEqualTo(202);
                kafka.close();

                Answer refused = post(client, "while", "x");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("Retry-After")).isEqualTo("5");
                assertThat(refused.json().path("detail").asText())
                        .contains("did not acknowledge within PT1S (events.delivery-timeout)");
                // Six of 300 KB: three have room, the others are told so, and none is held for longer than it may be.
                List<CompletableFuture<Answer>> many = IntStream.range(0, 6)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> post(client, "many", "x".repeat(300_000))))
                        .toList();
                List<Answer> answers =
                        many.stream().map(CompletableFuture::join).toList();
                assertThat(answers).allMatch(answer -> answer.status() == 503);
                assertThat(answers)
                        .anyMatch(answer -> answer.text().contains("events.max-in-flight"))
                        .anyMatch(answer -> answer.text().contains("events.delivery-timeout"));
                Await.until(() -> client.get("/metrics").text().contains("inference_store_events_in_flight_bytes 0.0"));

                kafka = KafkaServer.start(directory, port);
                Await.until(() -> post(client, "after", "x").status() == 202);
                assertThat(topic.from(0))
                        .extracting(record -> InferencesTopic.headers(record).get("ce_id"))
                        .startsWith("before")
                        .contains("after");
            }
        } finally {
            kafka.close();
        }
    }

    @Test
    void aTopicThatIsMissingIsSaid() {
        TestServers.Store store = TestServers.newStore();
        try (PolicyApi api = PolicyApi.start(store.settings(
                false, "--kafka.inferences-topic", "nobody-made-it", "--events.delivery-timeout", "500ms"))) {
            Answer answer = post(new Client(api), "a", "x");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("detail").asText()).contains("or has no topic nobody-made-it");
        }
    }

    private static Answer post(Client client, String id, String body) {
        return client.send(
                "POST", "/events", body, "ce-specversion", "1.0", "ce-source", "s", "ce-id", id, "ce-type", "t");
    }
}
