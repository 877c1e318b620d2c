package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.SimulatedJob;
import dev.inferencestore.api.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage that is switched on for a time that has passed. */
class BackfillTest {
    private static final String TOPIC = "backfill-" + UUID.randomUUID();
    private static final Instant FIRST = Instant.parse("2026-10-05T12:00:00.123Z");
    private static final String SINCE = "2026-10-01T00:00:00Z";

    @TempDir
    private static Path folder;

    private static FlinkServer flink;
    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;
    private static int models;

    @BeforeAll
    static void start() throws Exception {
        flink = new FlinkServer();
        store = TestServers.newStore();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", store.bootstrapServers()));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", store.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            for (int record = 0; record < 2; record++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, FIRST.toEpochMilli(), "k", "v"))
                        .get(30, TimeUnit.SECONDS);
            }
            admin.deleteRecords(Map.of(new TopicPartition(TOPIC, 0), RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        api = PolicyApi.start(store.settings(
                false,
                "--kafka.inferences-topic",
                TOPIC,
                "--replay.flink-url",
                flink.address().toString(),
                "--replay.jar",
                Files.writeString(folder.resolve("job.jar"), "the job").toString(),
                "--replay.max-running",
                "1000"));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
        flink.close();
    }

    @Test
    void itIsSwitchedOnAndTheTimeBeforeIsReplayed() {
        String model = model();

        Answer answer = client.put(model + "/storage", "{\"enabled\": true, \"since\": \"" + SINCE + "\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/storage/enabled").asBoolean()).isTrue();
        JsonNode backfill = answer.json().path("backfill");
        assertThat(Instant.parse(backfill.path("since").asText())).isEqualTo(Instant.parse(SINCE));
        assertThat(Instant.parse(backfill.path("reaches_from").asText())).isEqualTo(FIRST);
        assertThat(backfill.path("note").asText()).startsWith("Kafka has not kept all events from before " + FIRST);
        JsonNode replay = replay(backfill);
        assertThat(replay.path("spec").path("source").path("start").asText()).isEqualTo(SINCE);
        assertThat(replay.path("model_id").asText()).isEqualTo(id(model));
        Await.until(() -> flink.submitted.stream().anyMatch(job -> job.arguments()
                .contains(backfill.path("replay_id").asText())));
        assertThat(Instant.parse(
                        replay(backfill).path("spec").path("source").path("end").asText()))
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofMinutes(11)));
    }

    @Test
    void itBeginsWhenTheRunningJobHasTheSwitch() {
        String model = model();
        SimulatedJob job = new SimulatedJob(store.database(), "job", 1).allRoute(1);
        try {
            Answer answer = client.put(model + "/storage", "{\"enabled\": true, \"since\": \"" + SINCE + "\"}");
            JsonNode backfill = answer.json().path("backfill");
            Await.until(() -> replay(backfill).path("error").asText().startsWith("the switch is not in effect"));

            job.allRoute(answer.json().path("version").asLong());

            Await.until(() -> flink.submitted.stream().anyMatch(one -> one.arguments()
                    .contains(backfill.path("replay_id").asText())));
        } finally {
            job.reports("route", 0, Long.MAX_VALUE, 60);
        }
    }

    @Test
    void whatKafkaHasAllOfNeedsNoNote() {
        Answer answer =
                client.put(model() + "/storage", "{\"enabled\": true, \"since\": \"" + FIRST.plusSeconds(1) + "\"}");

        assertThat(answer.json().path("backfill").has("note")).isFalse();
    }

    @Test
    void aSourceWhoseTopicThereIsNotIsSaid() {
        String model = model("[{\"format\": \"plain\", \"topic\": \"nowhere\"}]");

        Answer answer =
                client.put(model + "/storage", "{\"enabled\": true, \"since\": \"" + FIRST.plusSeconds(1) + "\"}");

        assertThat(answer.json().at("/backfill/note").asText()).isEqualTo("There is no topic nowhere.");
    }

    @Test
    void askedForAgainItIsTheSameReplay() {
        String model = model();
        String body = "{\"enabled\": true, \"since\": \"" + SINCE + "\"}";
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 8)
                .mapToObj(i -> client.putLater(model + "/storage", body))
                .toList();
        List<String> ids = calls.stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.json().at("/backfill/replay_id").asText())
                .distinct()
                .toList();
        assertThat(ids).hasSize(1);

        client.put(model + "/storage", "{\"enabled\": false}");
        assertThat(client.put(model + "/storage", body)
                        .json()
                        .at("/backfill/replay_id")
                        .asText())
                .as("switched on by another switch")
                .isNotEqualTo(ids.get(0));
    }

    @Test
    void aTimeThatIsToComeOrAnotherSwitchIsRefused() {
        String model = model();

        Answer later = client.put(model + "/storage", "{\"enabled\": true, \"since\": \"2199-01-01T00:00:00Z\"}");
        Answer off = client.put(model + "/storage", "{\"enabled\": false, \"since\": \"" + SINCE + "\"}");

        assertThat(later.errors()).isEqualTo("since must be in the past\n");
        assertThat(off.errors()).isEqualTo("since goes with enabled true only\n");
        assertThat(client.get(model).json().at("/storage/enabled").asBoolean()).isFalse();
    }

    @Test
    void aVersionThatIsNotTheOneExpectedChangesNothing() {
        String model = model();

        Answer stale = client.put(
                model + "/storage", "{\"enabled\": true, \"since\": \"" + SINCE + "\"}", "If-Match", "\"1\"");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(client.get(model).json().at("/storage/enabled").asBoolean()).isFalse();
        assertThat(client.get("/api/v1/replays?model_id=" + id(model)).json().path("items"))
                .isEmpty();
    }

    @Test
    void withoutAFlinkNothingIsSwitched() throws IOException {
        try (PolicyApi alone = PolicyApi.start(store.settings(false, "--kafka.inferences-topic", TOPIC))) {
            String model = model();

            Answer answer =
                    new Client(alone).put(model + "/storage", "{\"enabled\": true, \"since\": \"" + SINCE + "\"}");

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().path("detail").asText()).contains("flink run -c");
            assertThat(client.get(model).json().at("/storage/enabled").asBoolean())
                    .isFalse();
        }
    }

    @Test
    void withoutATimeNothingIsReplayed() {
        String model = model();

        Answer answer = client.put(model + "/storage", "{\"enabled\": true, \"since\": null}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().has("backfill")).isFalse();
        assertThat(client.put("/api/v1/models/none/storage", "{\"enabled\": true, \"since\": \"" + SINCE + "\"}")
                        .status())
                .isEqualTo(404);
    }

    private static JsonNode replay(JsonNode backfill) {
        return client.get("/api/v1/replays/" + backfill.path("replay_id").asText())
                .json();
    }

    private static String model() {
        return model("[]");
    }

    private static String model(String sources) {
        String path = "/api/v1/models/b" + ++models;
        client.put(path, "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": " + sources + "}");
        return path;
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
