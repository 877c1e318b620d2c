package dev.inferencestore.api.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.storage.replay.ReplayBeat;
import dev.inferencestore.storage.replay.ReplayProgressWriter;
import dev.inferencestore.storage.replay.Replays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCallsTest {
    private static final String PATH = "/api/v1/replays";

    @TempDir
    private static Path folder;

    private static FlinkServer flink;
    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() throws IOException {
        flink = new FlinkServer();
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(
                false,
                "--replay.flink-url",
                flink.address() + "/",
                "--replay.jar",
                Files.writeString(folder.resolve("job.jar"), "the job").toString(),
                "--replay.job-arguments",
                "--config \"/a b\"",
                "--replay.max-running",
                "1000"));
        client = new Client(api);
        client.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"t\"}");
        client.put("/api/v1/models/n", "{\"project_id\": \"q\", \"task_type\": \"t\"}");
    }

    @AfterAll
    static void stop() {
        api.close();
        flink.close();
    }

    @Test
    void whatIsAskedForIsSubmittedAtOnce() {
        Answer made = client.post(PATH, replay("m"));

        assertThat(made.status()).isEqualTo(202);
        assertThat(made.header("Location")).isEqualTo(PATH + "/" + id(made));
        assertThat(made.json().path("state").asText()).isEqualTo("pending");
        assertThat(made.json().path("project_id").asText()).isEqualTo("p");
        Await.until(() -> flink.submitted.stream()
                .anyMatch(job -> job.arguments().equals(List.of("--replay.id", id(made), "--config", "/a b"))));
        Await.until(() -> show(id(made)).path("flink").path("state").asText().equals("RUNNING"));
        assertThat(show(id(made)).path("flink").path("job_id").asText()).isEqualTo(id(made).replace("-", ""));
    }

    @Test
    void aReEmissionIsAnotherJob() {
        Answer made = client.post(PATH, "{\"kind\":\"re_emit\",\"model_id\":\"m\",\"topic\":\"t\",\"pace\":2.5}");

        Await.until(() -> flink.submitted.stream()
                .anyMatch(job ->
                        job.arguments().contains(id(made)) && job.entryClass().endsWith(".ReEmitJob")));
        assertThat(show(id(made)).path("summary").toString())
                .isEqualTo("{\"sent\":0,\"input_expired\":0,\"skipped\":{}}");
        assertThat(show(id(made)).path("spec").path("pace").asDouble()).isEqualTo(2.5);
    }

    @Test
    void itShowsHowFarItIsAndWhatBecameOfWhatItRead() throws SQLException {
        String id = id(client.post(PATH, replay("m")));
        new Replays(store.database()).claim(id, id.replace("-", ""));
        beat(
                id,
                "route",
                false,
                Map.of(
                        "read", 10L,
                        "accepted", 6L,
                        "turned_away.other_model", 3L,
                        "dead_lettered.json_invalid", 1L),
                Map.of("t-0", new ReplayBeat.Position(100, 110, 150L)));
        beat(id, "store", false, Map.of("inserted", 4L, "already_there", 1L, "refused.floor", 1L), Map.of());

        JsonNode shown = show(id);

        assertThat(shown.path("state").asText()).isEqualTo("running");
        assertThat(shown.path("summary").toString())
                .isEqualTo("{\"read\":10,\"accepted\":6,\"turned_away\":{\"other_model\":3},"
                        + "\"dead_lettered\":{\"json_invalid\":1},\"stored\":4,\"already_there\":1,"
                        + "\"refused\":{\"floor\":1},\"conflicting\":0,\"without_input\":0}");
        assertThat(shown.path("progress").path("done").asInt()).isEqualTo(10);
        assertThat(shown.path("progress").path("total").asInt()).isEqualTo(50);
        assertThat(shown.path("progress").path("heard_at").isNull()).isFalse();

        beat(id, "route", true, Map.of(), Map.of());
        beat(id, "store", true, Map.of(), Map.of());
        assertThat(show(id).path("state").asText()).isEqualTo("complete");
        assertThat(show(id).path("finished_at").isNull()).isFalse();
    }

    @Test
    void theSameRequestIsTheSameReplay() {
        String key = UUID.randomUUID().toString();
        Answer first = send(replay("m"), key);
        Answer again = send("{\"source\":{\"kind\":\"topic\"},\"model_id\":\"m\",\"kind\":\"replay\"}", key);
        Answer other = send(
                "{\"kind\":\"replay\",\"source\":{\"kind\":\"topic\"},\"model_id\":\"m\","
                        + "\"include_disabled\":true}",
                key);

        assertThat(again.status()).isEqualTo(202);
        assertThat(id(again)).isEqualTo(id(first));
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.errors()).startsWith("Idempotency-Key was used for another request");
    }

    @Test
    void oneThatRunsIsCancelledWhenItsJobHasStopped() {
        String id = id(client.post(PATH, replay("m")));
        Await.until(() -> flink.jobs.containsKey(id.replace("-", "")));
        new Replays(store.database()).claim(id, id.replace("-", ""));

        Answer cancel = client.post(PATH + "/" + id + "/cancel", "{}");

        assertThat(cancel.status()).isEqualTo(202);
        assertThat(cancel.json().path("cancel_requested").asBoolean()).isTrue();
        Await.until(() -> show(id).path("state").asText().equals("cancelled"));
        assertThat(flink.jobs.get(id.replace("-", ""))).isEqualTo("CANCELED");
        assertThat(client.post(PATH + "/" + id + "/cancel", "{}").status()).isEqualTo(409);
    }

    @Test
    void oneThatWaitsIsCancelledAtOnceAndSoIsItsJob() {
        String id = id(client.post(PATH, replay("m")));
        Await.until(() -> flink.jobs.containsKey(id.replace("-", "")));

        Answer cancel = client.post(PATH + "/" + id + "/cancel", "{}");

        assertThat(cancel.status()).isEqualTo(200);
        assertThat(cancel.json().path("state").asText()).isEqualTo("cancelled");
        Await.until(() -> "CANCELED".equals(flink.jobs.get(id.replace("-", ""))));
    }

    @Test
    void aListIsFilteredAndComesInPages() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            made.add(0, id(client.post(PATH, replay("n"))));
        }

        assertThat(ids("?model_id=n")).isEqualTo(made);
        assertThat(ids("?model_id=n&kind=re_emit")).isEmpty();
        assertThat(ids("?model_id=n&state=complete")).isEmpty();
        assertThat(ids("?model_id=n&start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00Z"))
                .isEmpty();
        Answer page = client.get(PATH + "?model_id=n&limit=2");
        assertThat(ids(page)).isEqualTo(made.subList(0, 2));
        Answer next = client.get(PATH + "?model_id=n&limit=2&cursor="
                + page.json().path("next_cursor").asText());
        assertThat(ids(next)).isEqualTo(made.subList(2, 3));
        assertThat(next.json().path("next_cursor").isNull()).isTrue();
    }

    @Test
    void aModelOrReplayThatThereIsNotIs404() {
        assertThat(client.post(PATH, replay("none")).status()).isEqualTo(404);
        assertThat(client.get(PATH + "/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(client.get(PATH + "/x").status()).isEqualTo(404);
        assertThat(client.post(PATH + "/" + UUID.randomUUID() + "/cancel", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void theStoresOwnTopicsAreNobodys() {
        Answer read = client.post(
                PATH, "{\"kind\":\"replay\",\"source\":{\"kind\":\"topic\",\"topics\":[\"" + store.topic() + "\"]}}");
        Answer written = client.post(
                PATH, "{\"kind\":\"re_emit\",\"model_id\":\"m\",\"topic\":\"" + store.eventsTopic() + "\"}");

        assertThat(read.errors()).startsWith("source must not name '" + store.topic() + "'");
        assertThat(written.errors()).startsWith("topic must not name '" + store.eventsTopic() + "'");
    }

    @Test
    void thePageShowsWhatIsAnswered() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "api.md"));
        String section = page.substring(page.indexOf("## Replays"), page.indexOf("## Send events"));
        String example = section.substring(section.indexOf("```json") + 7, section.indexOf("```\n\n`state` is"));

        JsonNode shown = new ObjectMapper().readTree(example);
        JsonNode answer = client.post(PATH, replay("m")).json();

        assertThat(fields(shown)).isEqualTo(fields(answer));
        for (String part : List.of("progress", "summary", "flink")) {
            assertThat(fields(shown.path(part))).isEqualTo(fields(answer.path(part)));
        }
    }

    private static List<String> fields(JsonNode json) {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void withoutAFlinkTheAnswerSaysWhatToType() {
        TestServers.Store other = TestServers.newStore();
        try (PolicyApi alone = PolicyApi.start(other.settings(false))) {
            Client caller = new Client(alone);
            caller.put("/api/v1/models/m", "{\"project_id\": \"p\", \"task_type\": \"t\"}");

            Answer answer = caller.post(PATH, replay("m"));

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:no-flink");
            assertThat(answer.json().path("detail").asText())
                    .contains("flink run -c dev.inferencestore.job.replay.ReplayJob inference-store-job.jar"
                            + " --replay.spec '{\"kind\":\"replay\",\"model_id\":\"m\"");
            assertThat(caller.get(PATH).json().path("items")).isEmpty();
        }
    }

    private static void beat(
            String id, String role, boolean finished, Map<String, Long> counts, Map<String, ReplayBeat.Position> at)
            throws SQLException {
        try (Connection connection = store.database().getConnection()) {
            ReplayProgressWriter.write(connection, new ReplayBeat(id, role, 0, 1, 1, finished, counts, at));
        }
    }

    private static Answer send(String body, String key) {
        return client.send("POST", PATH, body, "Content-Type", "application/json", "Idempotency-Key", key);
    }

    private static JsonNode show(String id) {
        return client.get(PATH + "/" + id).json();
    }

    private static List<String> ids(String query) {
        return ids(client.get(PATH + query));
    }

    private static List<String> ids(Answer page) {
        return page.json().path("items").findValuesAsText("id");
    }

    private static String id(Answer made) {
        assertThat(made.status()).as(made.text()).isEqualTo(202);
        return made.json().path("id").asText();
    }

    private static String replay(String modelId) {
        return "{\"kind\":\"replay\",\"model_id\":\"" + modelId + "\",\"source\":{\"kind\":\"topic\"}}";
    }
}
