package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.Client.Answer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final String HARD = """
            {"maximum_blob_age": 0.5, "delete_action": "HARD"}""";

    private static RetentionApi api;

    private final String model = api.model();
    private final String path = model + "/retention-policy";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aNewPolicyIsAnsweredWithAllThatWasSaid() {
        Answer made = api.setPolicy(model, RetentionApi.POLICY);

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(path);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        JsonNode policy = made.json();
        assertThat(policy.path("model_id").asText()).isEqualTo(RetentionApi.id(model));
        assertThat(policy.path("maximum_record_age").toString()).isEqualTo("72");
        assertThat(policy.path("maximum_blob_age").toString()).isEqualTo("24.5");
        assertThat(policy.path("delete_action").asText()).isEqualTo("soft");
        assertThat(policy.path("automated_interval").toString()).isEqualTo("24");
        assertThat(policy.path("version").asLong()).isEqualTo(1);
        assertThat(policy.path("in_effect").asBoolean()).isFalse();
        assertThat(policy.path("in_effect_reason").asText()).isEqualTo("the job has not evaluated version 1 yet");
        assertThat(policy.path("next_run_at").asText())
                .isEqualTo(policy.path("created_at").asText());
        assertThat(policy.path("last_evaluated_at").isNull()).isTrue();
        assertThat(policy.path("claimed").isNull()).isTrue();
        assertThat(policy.path("running_task").isNull()).isTrue();
        assertThat(api.client.get(path).json()).isEqualTo(withoutChange(policy));
        assertThat(api.client.get(path).header("ETag")).isEqualTo("\"1\"");
    }

    @Test
    void settingItAgainReplacesItUnderTheSameId() {
        String id = api.setPolicy(model, RetentionApi.POLICY).json().path("id").asText();

        Answer again = api.setPolicy(model, HARD);

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id").asText()).isEqualTo(id);
        assertThat(again.json().path("version").asLong()).isEqualTo(2);
        assertThat(again.json().path("maximum_record_age").isNull()).isTrue();
        assertThat(again.json().path("delete_action").asText()).isEqualTo("hard");
        assertThat(again.json().path("automated_interval").toString()).isEqualTo("0");
        assertThat(again.json().path("next_run_at").isNull()).isTrue();
        assertThat(again.json().path("in_effect").asBoolean())
                .as("runs by hand need no schedule")
                .isTrue();
        assertThat(again.json().has("in_effect_reason")).isFalse();
    }

    @Test
    void aPolicyThatIsDeletedIsAnsweredAsItWasAndTheNextOneIsAnother() {
        String id = api.setPolicy(model, HARD).json().path("id").asText();

        Answer deleted = api.client.delete(path);

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().path("id").asText()).isEqualTo(id);
        assertThat(deleted.json().path("maximum_blob_age").toString()).isEqualTo("0.5");
        assertThat(deleted.json().path("claimed").isNull()).isTrue();
        assertThat(api.client.get(path).status()).isEqualTo(404);
        assertThat(api.client.delete(path).status()).isEqualTo(404);
        Answer next = api.setPolicy(model, HARD);
        assertThat(next.status()).isEqualTo(201);
        assertThat(next.json().path("id").asText()).isNotEqualTo(id);
        assertThat(next.json().path("version").asLong())
                .as("versions never repeat")
                .isEqualTo(3);
    }

    @Test
    void twoWhoSetItAtOnceBothSucceedOneAfterTheOther() {
        for (int round = 0; round < 10; round++) {
            String each = api.model();
            List<CompletableFuture<Answer>> calls = Stream.of(HARD, RetentionApi.POLICY)
                    .map(body -> api.client.putLater(each + "/retention-policy", body))
                    .toList();

            List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 200);
            assertThat(answers)
                    .extracting(answer -> answer.json().path("version").asLong())
                    .containsExactlyInAnyOrder(1L, 2L);
            JsonNode last = answers.stream()
                    .map(Answer::json)
                    .filter(json -> json.path("version").asLong() == 2)
                    .findFirst()
                    .orElseThrow();
            assertThat(api.client.get(each + "/retention-policy").json()).isEqualTo(withoutChange(last));
        }
    }

    @Test
    void changesOfAModelAndOfItsPolicyAtOnceDoNotHoldEachOtherUp() {
        List<CompletableFuture<Answer>> calls = IntStream.range(0, 60)
                .mapToObj(i -> switch (i % 3) {
                    case 0 -> api.client.putLater(path, HARD);
                    case 1 -> api.client.putLater(model + "/storage", "{\"enabled\": " + (i % 2 == 0) + "}");
                    default -> api.client.putLater(model, "{\"project_id\": \"p\", \"task_type\": \"t" + i + "\"}");
                })
                .toList();
        for (int i = 0; i < 20; i++) {
            String taskId = api.task(model, "{}");
            if (!taskId.isEmpty()) {
                Answer cancelled = api.client.post(model + "/retention-tasks/" + taskId + "/cancel", "");
                assertThat(cancelled.status())
                        .as("unless a PUT was faster: " + cancelled.text())
                        .isIn(200, 409);
            }
        }

        assertThat(calls.stream().map(CompletableFuture::join))
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isIn(200, 201));
        assertThat(api.client.get(path).json().path("version").asLong()).isEqualTo(20);
    }

    @Test
    void aStaleIfMatchChangesNothing() {
        String stale = api.setPolicy(model, HARD).header("ETag");
        Answer second = api.client.put(path, RetentionApi.POLICY, "If-Match", stale);
        assertThat(second.status()).isEqualTo(200);
        var before = api.tables();

        Answer put = api.client.put(path, HARD, "If-Match", stale);
        Answer deleted = api.client.delete(path, "If-Match", stale);
        Answer created = api.client.put(path, HARD, "If-None-Match", "*");

        assertThat(List.of(put.status(), deleted.status(), created.status())).containsOnly(412);
        assertThat(put.json().path("type").asText()).isEqualTo("urn:inference-store:problem:stale-version");
        assertThat(put.json().path("detail").asText())
                .isEqualTo("retention policy of model '" + RetentionApi.id(model)
                        + "' is at version 2: read it again, then send its ETag as If-Match");
        assertThat(api.client.put(path, HARD, "If-Match", "2").status()).isEqualTo(400);
        assertThat(api.tables()).isEqualTo(before);
        assertThat(api.client.delete(path, "If-Match", second.header("ETag")).status())
                .isEqualTo(200);
        assertThat(api.client.put(path, HARD, "If-Match", "*").status()).isEqualTo(412);
        assertThat(api.client.put(path, HARD, "If-None-Match", "*").status()).isEqualTo(201);
    }

    @Test
    void whatWasClaimedByThenAndTheTaskThatRunsAreSaid() {
        api.setPolicy(model, HARD);
        String taskId = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'running' WHERE task_id = '" + taskId + "'");
        api.sql("UPDATE floors SET blob_visible = '2026-01-02Z', blob_hard = '2026-01-01Z' WHERE model_id = '"
                + RetentionApi.id(model) + "'");

        Answer set = api.setPolicy(model, RetentionApi.POLICY);
        Answer deleted = api.client.delete(path);

        for (Answer answer : List.of(set, deleted)) {
            assertThat(answer.json().path("claimed").toString())
                    .isEqualTo("{\"records_before\":null,\"blobs_before\":\"2026-01-01T00:00:00Z\"}");
            assertThat(answer.json().path("running_task").asText()).isEqualTo(taskId);
        }
    }

    @Test
    void settingAndDeletingEndWhatWaits() {
        api.setPolicy(model, HARD);
        String first = api.task(model, "{}");
        api.setPolicy(model, HARD);
        String second = api.task(model, "{\"dry_run\": true}");
        api.client.delete(path);

        assertThat(stateAndError(first)).isEqualTo("cancelled: policy changed");
        assertThat(stateAndError(second)).isEqualTo("cancelled: policy deleted");
    }

    @Test
    void settingShowsAgainWhatTheNewPolicyKeeps() {
        api.setPolicy(model, RetentionApi.MANUAL);
        api.softTask(model, "2026-01-01Z", "2026-01-05Z");

        api.setPolicy(model, "{\"maximum_blob_age\": 876000, \"delete_action\": \"soft\"}");

        assertThat(api.text("SELECT record_visible || ' ' || (blob_visible < '1930-01-01Z') FROM floors"
                        + " WHERE model_id = '" + RetentionApi.id(model) + "'"))
                .isEqualTo("-infinity true");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.0, 0",
        "-0.0, 0",
        "1, 3600",
        "1e0, 3600",
        "876000, 3153600000",
        "0.0002777777777777778, 1",
        "2.777777777777778E-4, 1",
        "1.00013888, 3600",
        "1.00013889, 3601",
        "0.001388888888888889, 5"
    })
    void agesAreReadToTheSecond(String hours, long seconds) {
        Answer answer = api.setPolicy(model, """
                {"maximum_blob_age": %s, "delete_action": "soft"}""".formatted(hours));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(api.text(
                        "SELECT blob_age FROM retention_policies WHERE model_id = '" + RetentionApi.id(model) + "'"))
                .isEqualTo(String.valueOf(seconds));
    }

    @Test
    void whatIsAnsweredCanBeSentAgain() {
        JsonNode shown = api.setPolicy(model, """
                        {"maximum_record_age": 0.002, "maximum_blob_age": 0.0017, "delete_action": "hard",
                         "automated_interval": 0.0199}""").json();

        JsonNode again = api.setPolicy(model, """
                        {"maximum_record_age": %s, "maximum_blob_age": %s, "delete_action": "hard",
                         "automated_interval": %s}""".formatted(
                                shown.path("maximum_record_age"),
                                shown.path("maximum_blob_age"),
                                shown.path("automated_interval")))
                .json();

        for (String field : List.of("maximum_record_age", "maximum_blob_age", "automated_interval")) {
            assertThat(again.path(field)).isEqualTo(shown.path(field));
        }
    }

    @Test
    void modelsAreShownWithTheirPolicyInShort() {
        String project = "{\"project_id\": \"shown\", \"task_type\": \"t\"}";
        String without = "/api/v1/models/shown-1";
        String with = "/api/v1/models/shown-2";
        api.client.put(without, project);
        api.client.put(with, project);
        JsonNode policy = api.setPolicy(with, RetentionApi.POLICY).json();

        JsonNode items =
                api.client.get("/api/v1/models?project_id=shown").json().path("items");

        assertThat(items.get(0).path("retention_policy").isNull()).isTrue();
        assertThat(items.get(1).path("retention_policy").toString())
                .isEqualTo("{\"id\":%s,\"maximum_record_age\":72,\"maximum_blob_age\":24.5,\"delete_action\":\"soft\","
                                .formatted(policy.path("id"))
                        + "\"automated_interval\":24,\"inherited\":false,\"version\":1,\"paused\":false,\"next_run_at\":%s}"
                                .formatted(policy.path("next_run_at")));
        assertThat(api.client.get(with).json()).isEqualTo(items.get(1));
        assertThat(api.client.put(with, project).json()).isEqualTo(items.get(1));
        assertThat(api.client.get(without).json()).isEqualTo(items.get(0));
    }

    private static String stateAndError(String taskId) {
        return api.text("SELECT state || ': ' || error FROM retention_tasks WHERE task_id = '" + taskId + "'");
    }

    /** What a GET shows of the answer of a PUT. */
    private static JsonNode withoutChange(JsonNode policy) {
        return ((ObjectNode) policy.deepCopy()).without(List.of("claimed", "running_task"));
    }
}
