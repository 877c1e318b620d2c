package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Retention as users meet it: policies and tasks through the API, the jar on a cluster, and what is left seen in the
 * tables and by listing the bucket. Event times are long ago or a moment ago; intervals and the grace are seconds.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RetentionOnClusterTest {
    private static final List<String> METRICS = List.of(
            "Run_retention__Writer.recordsRemoved",
            "Run_retention__Writer.inputsRemoved",
            "Run_retention__Writer.objectsRemoved",
            "Run_retention__Writer.inputBytesRemoved",
            "Run_retention__Writer.tasksComplete",
            "Run_retention__Writer.tasksFailed",
            "Run_retention__Writer.taskMillis_p99",
            "Run_retention__Writer.secondsPastCutoff");

    private ClusterStore store;
    private StoredModels models;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        store = new ClusterStore(folder);
        models = new StoredModels(store);
        store.submit(
                "--retention.grace", "3s",
                "--retention.reconcile-interval", "1s",
                "--retention.lease", "3s",
                "--s3.timeout", "2s",
                "--retention.slice-rows", "5");
    }

    @AfterAll
    void stop() throws Exception {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hard", "soft"})
    @Order(1)
    void bothGoAfterATime(String action) throws Exception {
        String model = models.stored("both-" + action);

        JsonNode task = models.run(model, "24", "24", action);

        assertThat(task.at("/records/matched").asLong()).isEqualTo(StoredModels.OLD);
        assertThat(task.at("/blobs/matched").asLong()).isEqualTo(StoredModels.OLD);
        assertThat(models.visible(model)).isEqualTo(StoredModels.NEW);
        models.gone(model, StoredModels.NEW, StoredModels.NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hard", "soft"})
    @Order(1)
    void onlyInputsGo(String action) throws Exception {
        String model = models.stored("inputs-" + action);

        JsonNode task = models.run(model, "null", "24", action);

        assertThat(task.at("/records/matched").asLong()).isZero();
        assertThat(task.at("/blobs/matched").asLong()).isEqualTo(StoredModels.OLD);
        assertThat(models.visible(model)).isEqualTo(StoredModels.OLD + StoredModels.NEW);
        assertThat(models.count("visible_inferences", model, "input_state = 'expired'"))
                .isEqualTo(StoredModels.OLD);
        assertThat(models.count("visible_inferences", model, "input_state = 'available'"))
                .isEqualTo(StoredModels.NEW);
        models.gone(model, StoredModels.OLD + StoredModels.NEW, StoredModels.NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hard", "soft"})
    @Order(1)
    void bothStay(String action) throws Exception {
        String model = models.stored("all-" + action);
        long objects = store.objects(model);

        JsonNode task = models.run(model, "null", "null", action);

        assertThat(task.at("/records/matched").asLong()).isZero();
        assertThat(models.visible(model)).isEqualTo(StoredModels.OLD + StoredModels.NEW);
        assertThat(store.objects(model)).isEqualTo(objects);
    }

    @Test
    @Order(2)
    void whatASoftRunHidIsRestored() throws Exception {
        String model = models.stored("restored");
        JsonNode task = models.run(model, "24", "24", "soft");
        assertThat(models.visible(model)).isEqualTo(StoredModels.NEW);

        store.call("POST", StoredModels.tasks(model) + "/" + task.path("id").asText() + "/restore", "");

        assertThat(models.visible(model)).isEqualTo(StoredModels.OLD + StoredModels.NEW);
    }

    @Test
    @Order(2)
    void anIntervalRunsAtOnceAndForWhatComesLater() throws Exception {
        String model = models.stored("interval");
        models.policy(model, "24", "24", "hard", "0.0005");
        store.cluster.await("the old to go", () -> models.count("inferences", model, "true") == StoredModels.NEW);

        models.send(model, "soon", Instant.now().minus(24, ChronoUnit.HOURS).plusSeconds(2));
        store.cluster.await("it to be stored", () -> models.count("inferences", model, "inference_id = 'soon0'") == 1);
        store.cluster.await("it to go", () -> models.count("inferences", model, "inference_id = 'soon0'") == 0);
    }

    @Test
    @Order(2)
    void whatIsHeldStaysThroughEverything() throws Exception {
        String model = models.stored("held");
        String path = "/models/" + model;
        String ids = IntStream.range(0, 10).mapToObj(i -> "\"old" + i + "\"").collect(Collectors.joining(","));
        store.call("PUT", path + "/holds/case-7", "{\"reason\":\"a claim\",\"inference_ids\":[" + ids + "]}");

        JsonNode hard = models.run(model, "24", "24", "hard");
        assertThat(hard.path("held").asLong()).isEqualTo(10);
        assertThat(hard.at("/records/deleted").asLong()).isEqualTo(StoredModels.OLD - 10);
        models.held(model, 10, StoredModels.NEW);

        models.run(model, "0", "0", "soft");
        models.gone(model, 10, 10);
        models.held(model, 10, 0);

        models.send(model, "late", Instant.now());
        store.cluster.await("it to be stored", () -> models.count("inferences", model, "inference_id = 'late0'") == 1);
        String filter = "\"filter\":{\"end\":\"" + Instant.now().plusSeconds(60) + "\"}";
        assertThat(store.status("POST", path + "/inferences/erase", "{" + filter + "}"))
                .isEqualTo(409);
        assertThat(store.status("DELETE", path + "/inferences/old3", "")).isEqualTo(409);
        JsonNode erased = models.ended(
                model,
                store.call("POST", path + "/inferences/erase", "{" + filter + ",\"except_held\":true}")
                        .path("id")
                        .asText());
        assertThat(erased.at("/records/deleted").asLong()).isEqualTo(1);
        assertThat(erased.path("held").asLong()).isEqualTo(10);
        models.held(model, 10, 0);

        assertThat(store.status("DELETE", path, "")).isEqualTo(409);
        JsonNode unregistered = models.ended(
                model, store.call("DELETE", path + "?erase=true", "").path("id").asText());
        assertThat(unregistered.path("held").asLong()).isEqualTo(10);
        models.held(model, 10, 0);
        assertThat(store.status("GET", path, "")).isEqualTo(404);

        store.call("DELETE", path + "/holds/case-7", "");
        models.gone(model, 0, 0);
        assertThat(store.objects(model)).isZero();
    }

    @Test
    @Order(2)
    void whatIsErasedIsGoneAndItsSegmentsNeighboursAreNot() throws Exception {
        String model = models.stored("erased");
        JsonNode task = models.ended(
                model,
                store.call("DELETE", "/models/" + model + "/inferences/old5", "")
                        .path("id")
                        .asText());

        assertThat(task.at("/records/deleted").asLong()).isEqualTo(1);
        assertThat(task.at("/blobs/deleted").asLong()).isEqualTo(1);
        models.gone(model, StoredModels.OLD + StoredModels.NEW - 1, StoredModels.OLD + StoredModels.NEW - 1);
        JsonNode receipt = store.call(
                "GET", StoredModels.tasks(model) + "/" + task.path("id").asText() + "/receipt", "");
        assertThat(receipt.at("/items/0/inference_id").asText()).isEqualTo("old5");
        assertThat(receipt.at("/items/0/sha256")).hasSize(1);

        // The same event again, as a replay would bring it, and a later one with its id.
        Instant time = Instant.parse(receipt.at("/items/0/erased_at").asText());
        models.sendOne(model, "old5", time.minusSeconds(1));
        models.sendOne(model, "old5", time.plusSeconds(1));
        store.cluster.await("the later one", () -> models.count("inferences", model, "inference_id = 'old5'") == 1);
        store.cluster.await(
                "the other one to be refused",
                () -> store.number("SELECT coalesce(sum(count), 0) FROM model_ingest WHERE model_id = '" + model
                                + "' AND reason = 'erased'")
                        == 1);
    }

    @Test
    @Order(3)
    void aTaskManagerThatIsKilledDuringARunLosesAndDoublesNothing() throws Exception {
        String model = models.stored("killed", 3_000);
        models.policy(model, "24", "24", "hard", "0");
        String id = store.call("POST", StoredModels.tasks(model), "{\"dry_run\":false}")
                .path("id")
                .asText();
        store.cluster.await(
                "some to go", () -> models.count("inferences", model, "true") < 3_000 + StoredModels.NEW - 100);
        store.cluster.killTaskManager();
        assertThat(models.count("inferences", model, "true"))
                .as("still under way")
                .isGreaterThan(StoredModels.NEW);
        store.cluster.startTaskManager();
        store.cluster.awaitRunning(store.job());

        JsonNode task = models.ended(model, id);

        assertThat(task.at("/records/deleted").asLong()).isEqualTo(3_000);
        assertThat(task.at("/blobs/deleted").asLong()).isEqualTo(3_000);
        models.gone(model, StoredModels.NEW, StoredModels.NEW);
        for (String metric : METRICS) {
            store.cluster.await(metric, () -> store.cluster.metrics(store.job()).contains(metric));
        }
    }
}
