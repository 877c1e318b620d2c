package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTest {
    private static RetentionApi api;

    private final String model = api.model();
    private final String path = model + "/retention-tasks";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aNewTaskWaitsForTheJobAndIsShownAtItsLocation() {
        String policyId =
                api.setPolicy(model, RetentionApi.MANUAL).json().path("id").asText();

        Answer made = api.client.post(path, "{\"dry_run\": true, \"retention_policy_id\": \"" + policyId + "\"}");

        assertThat(made.status()).as(made.text()).isEqualTo(202);
        JsonNode task = made.json();
        assertThat(made.header("Location"))
                .isEqualTo(path + "/" + task.path("id").asText());
        assertThat(api.client.get(made.header("Location")).json()).isEqualTo(task);
        assertThat(task.path("retention_policy_id").asText()).isEqualTo(policyId);
        assertThat(task.path("policy_version").asLong()).isEqualTo(1);
        assertThat(task.path("trigger").asText()).isEqualTo("manual");
        assertThat(task.path("dry_run").asBoolean()).isTrue();
        assertThat(task.path("delete_action").asText()).isEqualTo("soft");
        assertThat(task.path("state").asText()).isEqualTo("pending");
        assertThat(task.path("requested_by").asText()).isEqualTo("anonymous@127.0.0.1");
        assertThat(task.path("record_cutoff").isNull()).isTrue();
        assertThat(task.path("records").toString()).isEqualTo("{\"matched\":0,\"deleted\":0}");
    }

    @Test
    void theIdOfAPolicyMayBeWrittenInCapitals() {
        String policyId =
                api.setPolicy(model, RetentionApi.MANUAL).json().path("id").asText();

        Answer made = api.client.post(
                path, "{\"retention_policy_id\": \"" + policyId.toUpperCase(java.util.Locale.ROOT) + "\"}");

        assertThat(made.status()).as(made.text()).isEqualTo(202);
        assertThat(made.json().path("dry_run").asBoolean()).isFalse();
    }

    @Test
    void thePolicyOfAnotherModelIsAConflictAndAnUnknownOneIsNotThere() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String other = api.setPolicy(api.model(), RetentionApi.MANUAL)
                .json()
                .path("id")
                .asText();
        var before = api.tables();

        Answer conflict = api.client.post(path, "{\"retention_policy_id\": \"" + other + "\"}");
        Answer unknown = api.client.post(path, "{\"retention_policy_id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\"}");

        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().path("type").asText()).isEqualTo("urn:inference-store:problem:conflict");
        assertThat(conflict.json().path("detail").asText())
                .startsWith("retention policy '" + other + "' is not that of model '" + RetentionApi.id(model) + "'");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().path("type").asText()).isEqualTo("urn:inference-store:problem:no-retention-policy");
        assertThat(api.tables()).isEqualTo(before);
    }

    @Test
    void aRunMayTakeTheCutoffsOfADryRunThatIsCompleteAndOfTheSamePolicy() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String dryRun = api.task(model, "{\"dry_run\": true}");
        String body = "{\"dry_run_id\": \"" + dryRun + "\"}";
        Answer early = api.client.post(path, body);
        api.sql("UPDATE retention_tasks SET state = 'complete' WHERE task_id = '" + dryRun + "'");

        Answer fits = api.client.post(path, body);
        api.setPolicy(model, RetentionApi.MANUAL);
        Answer late = api.client.post(path, body);

        assertThat(early.status()).isEqualTo(409);
        assertThat(early.json().path("detail").asText())
                .isEqualTo("task '" + dryRun + "' is no dry run that is complete");
        assertThat(fits.status()).isEqualTo(202);
        assertThat(fits.json().path("dry_run_id").asText()).isEqualTo(dryRun);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().path("detail").asText()).startsWith("the policy was changed since dry run");
        assertThat(api.client
                        .post(path, "{\"dry_run_id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\"}")
                        .json()
                        .path("type")
                        .asText())
                .isEqualTo("urn:inference-store:problem:unknown-task");
    }

    @Test
    void pagesStayRightWhileTasksAreAdded() {
        api.setPolicy(model, RetentionApi.MANUAL);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(0, api.task(model, "{}"));
        }
        api.sql("UPDATE retention_tasks SET created_at = '2026-01-01 10:00:00.000001Z' WHERE model_id = '%s'"
                .formatted(RetentionApi.id(model)));

        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.client.get(path + "?limit=2" + cursor).json();
            page.path("items").forEach(item -> seen.add(item.path("id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
            api.task(model, "{}");
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(7).containsExactlyInAnyOrderElementsOf(made);
        assertThat(seen).as("of one moment: by id").isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void theNewestComesFirst() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String first = api.task(model, "{}");
        String second = api.task(model, "{}");

        assertThat(api.client.get(path).json().path("items").findValuesAsText("id"))
                .containsExactly(second, first);
        assertThat(api.client.get(path).json().path("next_cursor").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "state=failed, failed-soft",
        "state=pending, young-dry-run",
        "trigger=automated, failed-soft",
        "dry_run=true, young-dry-run",
        "start=2026-01-02T00:00:00Z, young-dry-run",
        "end=2026-01-02T00:00:00Z, failed-soft",
        "start=2026-01-01T01:00:00%2B01:00&end=2026-01-01T00:00:00.000001Z, failed-soft",
        "state=failed&dry_run=true, ''"
    })
    void tasksAreFiltered(String filter, String found) {
        api.setPolicy(model, RetentionApi.MANUAL);
        String failed = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'failed', error = 'failed-soft', trigger = 'automated',"
                + " created_at = '2026-01-01Z' WHERE task_id = '" + failed + "'");
        String dryRun = api.task(model, "{\"dry_run\": true}");
        api.sql("UPDATE retention_tasks SET error = 'young-dry-run' WHERE task_id = '" + dryRun + "'");

        JsonNode items = api.client.get(path + "?" + filter).json().path("items");

        assertThat(String.join(" ", items.findValuesAsText("error"))).isEqualTo(found);
    }
}
