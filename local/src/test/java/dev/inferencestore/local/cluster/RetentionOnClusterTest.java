package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    private static final int OLD = 40;
    private static final int NEW = 7;

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

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        store = new ClusterStore(folder);
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
        String model = stored("both-" + action);

        JsonNode task = run(model, "24", "24", action);

        assertThat(task.at("/records/matched").asLong()).isEqualTo(OLD);
        assertThat(task.at("/blobs/matched").asLong()).isEqualTo(OLD);
        assertThat(visible(model)).isEqualTo(NEW);
        gone(model, NEW, NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hard", "soft"})
    @Order(1)
    void onlyInputsGo(String action) throws Exception {
        String model = stored("inputs-" + action);

        JsonNode task = run(model, "null", "24", action);

        assertThat(task.at("/records/matched").asLong()).isZero();
        assertThat(task.at("/blobs/matched").asLong()).isEqualTo(OLD);
        assertThat(visible(model)).isEqualTo(OLD + NEW);
        assertThat(count("visible_inferences", model, "input_state = 'expired'"))
                .isEqualTo(OLD);
        assertThat(count("visible_inferences", model, "input_state = 'available'"))
                .isEqualTo(NEW);
        gone(model, OLD + NEW, NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hard", "soft"})
    @Order(1)
    void bothStay(String action) throws Exception {
        String model = stored("all-" + action);
        long objects = store.objects(model);

        JsonNode task = run(model, "null", "null", action);

        assertThat(task.at("/records/matched").asLong()).isZero();
        assertThat(visible(model)).isEqualTo(OLD + NEW);
        assertThat(store.objects(model)).isEqualTo(objects);
    }

    @Test
    @Order(2)
    void whatASoftRunHidIsRestored() throws Exception {
        String model = stored("restored");
        JsonNode task = run(model, "24", "24", "soft");
        assertThat(visible(model)).isEqualTo(NEW);

        store.call("POST", tasks(model) + "/" + task.path("id").asText() + "/restore", "");

        assertThat(visible(model)).isEqualTo(OLD + NEW);
    }

    @Test
    @Order(2)
    void anIntervalRunsAtOnceAndForWhatComesLater() throws Exception {
        String model = stored("interval");
        policy(model, "24", "24", "hard", "0.0005");
        store.cluster.await("the old to go", () -> count("inferences", model, "true") == NEW);

        send(model, "soon", Instant.now().minus(24, ChronoUnit.HOURS).plusSeconds(2));
        store.cluster.await("it to be stored", () -> count("inferences", model, "inference_id = 'soon0'") == 1);
        store.cluster.await("it to go", () -> count("inferences", model, "inference_id = 'soon0'") == 0);
    }

    @Test
    @Order(3)
    void aTaskManagerThatIsKilledDuringARunLosesAndDoublesNothing() throws Exception {
        String model = stored("killed", 3_000);
        policy(model, "24", "24", "hard", "0");
        String id = store.call("POST", tasks(model), "{\"dry_run\":false}")
                .path("id")
                .asText();
        store.cluster.await("some to go", () -> count("inferences", model, "true") < 3_000 + NEW - 100);
        store.cluster.killTaskManager();
        assertThat(count("inferences", model, "true")).as("still under way").isGreaterThan(NEW);
        store.cluster.startTaskManager();
        store.cluster.awaitRunning(store.job());

        JsonNode task = ended(model, id);

        assertThat(task.at("/records/deleted").asLong()).isEqualTo(3_000);
        assertThat(task.at("/blobs/deleted").asLong()).isEqualTo(3_000);
        gone(model, NEW, NEW);
        for (String metric : METRICS) {
            store.cluster.await(metric, () -> store.cluster.metrics(store.job()).contains(metric));
        }
    }

    private String stored(String model) throws Exception {
        return stored(model, OLD);
    }

    /** A model with so many inferences of two months ago, and some of now. */
    private String stored(String model, int old) throws Exception {
        store.register(model, true);
        assertThat(store.call("PUT", "/models/" + model + "/storage?wait=PT30S", "{\"enabled\":true}")
                        .at("/storage/in_effect")
                        .asBoolean())
                .isTrue();
        Instant[] times = new Instant[old];
        for (int i = 0; i < old; i++) {
            times[i] = Instant.now().minus(60, ChronoUnit.DAYS).plusSeconds(i * 600L);
        }
        send(model, "old", times);
        Instant[] recent = new Instant[NEW];
        for (int i = 0; i < NEW; i++) {
            recent[i] = Instant.now().minusSeconds(i);
        }
        send(model, "new", recent);
        store.cluster.await("all stored", () -> count("inferences", model, "true") == old + NEW);
        return model;
    }

    private void send(String model, String id, Instant... times) {
        for (int i = 0; i < times.length; i++) {
            store.send(
                    model,
                    id + i,
                    "{\"created_at\":\"" + times[i] + "\",\"input\":{\"data\":\"input " + i + "\"},\"output\":1}");
        }
        store.allSent();
    }

    private JsonNode run(String model, String recordAge, String blobAge, String action) throws Exception {
        policy(model, recordAge, blobAge, action, "0");
        JsonNode dry = ended(
                model,
                store.call("POST", tasks(model), "{\"dry_run\":true}")
                        .path("id")
                        .asText());
        JsonNode task = ended(
                model,
                store.call("POST", tasks(model), "{\"dry_run\":false}")
                        .path("id")
                        .asText());
        assertThat(task.at("/records/matched")).isEqualTo(dry.at("/records/matched"));
        assertThat(task.at("/blobs/matched")).isEqualTo(dry.at("/blobs/matched"));
        assertThat(task.at("/blobs/bytes")).isEqualTo(dry.at("/blobs/bytes"));
        assertThat(task.path("oldest")).isEqualTo(dry.path("oldest"));
        return task;
    }

    private JsonNode ended(String model, String taskId) throws Exception {
        store.cluster.await("task " + taskId + " of " + model, () -> !List.of("pending", "running")
                .contains(store.call("GET", tasks(model) + "/" + taskId, "")
                        .path("state")
                        .asText()));
        JsonNode task = store.call("GET", tasks(model) + "/" + taskId, "");
        assertThat(task.path("state").asText()).as(task.toString()).isEqualTo("complete");
        return task;
    }

    private void policy(String model, String recordAge, String blobAge, String action, String interval)
            throws Exception {
        store.call(
                "PUT",
                "/models/" + model + "/retention-policy",
                "{\"maximum_record_age\":" + recordAge + ",\"maximum_blob_age\":" + blobAge + ",\"delete_action\":\""
                        + action + "\",\"automated_interval\":" + interval + "}");
    }

    /** After a HARD run, or the purge that follows a SOFT one. */
    private void gone(String model, long records, long inputs) throws Exception {
        store.cluster.await("rows of " + model, () -> count("inferences", model, "true") == records);
        store.cluster.await("segments of " + model, () -> entries(model) == inputs);
        assertThat(store.objects(model)).isEqualTo(count("segments", model, "true"));
        assertThat(store.number("SELECT coalesce(sum(records), 0) FROM model_hours WHERE model_id = '" + model + "'"))
                .isEqualTo(records);
        assertThat(store.number("SELECT coalesce(sum(inputs), 0) FROM model_hours WHERE model_id = '" + model + "'"))
                .isEqualTo(inputs);
    }

    private long entries(String model) throws Exception {
        return store.number("SELECT coalesce(sum(entries), 0) FROM segments WHERE model_id = '" + model + "'");
    }

    private long visible(String model) throws Exception {
        return count("visible_inferences", model, "true");
    }

    private long count(String table, String model, String condition) throws Exception {
        return store.number("SELECT count(*) FROM " + table + " WHERE model_id = '" + model + "' AND " + condition);
    }

    private static String tasks(String model) {
        return "/models/" + model + "/retention-tasks";
    }
}
