package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cancelling and restoring. What the job does to a task is done by SQL here. */
class SteeringTest {
    private static RetentionApi api;

    private final String model = api.model();

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aTaskThatWaitsIsCancelledAtOnce() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String taskId = api.task(model, "{}");

        Answer cancelled = steer(taskId, "cancel");

        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
        assertThat(cancelled.json().path("state").asText()).isEqualTo("cancelled");
        assertThat(cancelled.json().path("error").asText()).isEqualTo("cancelled on request");
        assertThat(cancelled.json().path("finished_at").isTextual()).isTrue();
        assertThat(cancelled.json().path("claimed").isNull()).isTrue();
    }

    @Test
    void aTaskThatRunsIsAskedToStopAndTheAnswerSaysWhatIsGone() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String taskId = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'running' WHERE task_id = '" + taskId + "'");
        floors("record_visible = '2026-01-02Z', record_hard = '2026-01-01Z',"
                + " blob_visible = '2026-01-02Z', blob_hard = '2026-01-02Z'");

        Answer first = steer(taskId, "cancel");
        Answer second = steer(taskId, "cancel");

        for (Answer asked : new Answer[] {first, second}) {
            assertThat(asked.status()).as(asked.text()).isEqualTo(202);
            assertThat(asked.json().path("state").asText()).isEqualTo("running");
            assertThat(asked.json().path("claimed").toString())
                    .isEqualTo(
                            "{\"records_before\":\"2026-01-01T00:00:00Z\",\"blobs_before\":\"2026-01-02T00:00:00Z\"}");
        }
        assertThat(api.texts("SELECT cancel_requested::text FROM retention_tasks WHERE task_id = '" + taskId + "'"))
                .containsExactly("true");
        assertThat(api.texts("SELECT action FROM audit_log WHERE action = 'retention-task.cancel-requested'"
                        + " AND model_id = '" + RetentionApi.id(model) + "'"))
                .as("asked twice, noted once")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "complete, the task is complete: there is nothing to cancel; POST …/restore brings back what it hid",
        "failed, the task is failed: there is nothing to cancel",
        "cancelled, the task is cancelled: there is nothing to cancel"
    })
    void aTaskThatHasEndedCannotBeCancelled(String state, String detail) {
        api.setPolicy(model, RetentionApi.MANUAL);
        String taskId = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = '" + state + "' WHERE task_id = '" + taskId + "'");

        isConflict(taskId, "cancel", detail);
    }

    @Test
    void restoringShowsAgainWhatATaskAndThoseAfterItHidAndPausesTheSchedule() {
        api.setPolicy(model, RetentionApi.POLICY);
        String kept = api.softTask(model, "-infinity", "2026-01-03Z");
        String first = api.softTask(model, "2026-01-03Z", "2026-01-05Z");
        String second = api.softTask(model, "2026-01-05Z", "2026-01-07Z");
        String waiting = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET trigger = 'automated' WHERE task_id = '" + waiting + "'");

        Answer restored = steer(first, "restore");

        assertThat(restored.status()).as(restored.text()).isEqualTo(200);
        JsonNode tasks = restored.json().path("restored");
        assertThat(tasks.findValuesAsText("id")).containsExactly(first, second);
        assertThat(tasks.findValuesAsText("restored")).containsExactly("true", "true");
        assertThat(task(first)).isEqualTo(tasks.get(0));
        assertThat(task(kept).path("restored").asBoolean()).isFalse();
        assertThat(task(waiting).path("error").asText()).isEqualTo("an earlier run was restored");
        assertThat(api.text("SELECT micros(record_visible) = micros('2026-01-03Z') AND record_hard = '-infinity'"
                        + " FROM floors WHERE model_id = '" + RetentionApi.id(model) + "'"))
                .isEqualTo("t");
        JsonNode policy = api.client.get(model + "/retention-policy").json();
        assertThat(policy.path("paused").asBoolean()).isTrue();
        assertThat(policy.path("next_run_at").isNull()).isTrue();
        assertThat(policy.path("version").asLong()).isEqualTo(1);
        assertThat(api.setPolicy(model, RetentionApi.POLICY)
                        .json()
                        .path("paused")
                        .asBoolean())
                .as("until the policy is next set")
                .isFalse();
        isConflict(first, "restore", "the task was restored already");
    }

    @Test
    void whatTheHardFloorHasPassedCannotBeRestored() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String taskId = api.softTask(model, "2026-01-03Z", "2026-01-05Z");
        floors("blob_hard = '2026-01-04Z'");

        isConflict(
                taskId,
                "restore",
                "some of what it and the runs after it hid is gone for good: inputs before 2026-01-04T00:00:00Z");
    }

    @Test
    void aTaskIsNotRestoredWithoutThoseAfterIt() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String inputsOnly = api.softTask(model, "2026-01-03Z", "2026-01-05Z");
        api.sql("UPDATE retention_tasks SET record_from = '-infinity', record_cutoff = '-infinity',"
                + " record_hides = '-infinity' WHERE task_id = '" + inputsOnly + "'");
        String records = api.softTask(model, "-infinity", "2026-01-05Z");
        api.sql("UPDATE retention_tasks SET blob_from = '2026-01-05Z' WHERE task_id = '" + records + "'");
        floors("record_hard = '2026-01-01Z', blob_hard = '2026-01-01Z'");

        isConflict(
                inputsOnly,
                "restore",
                "some of what it and the runs after it hid is gone for good:"
                        + " records before 2026-01-01T00:00:00Z, inputs before 2026-01-01T00:00:00Z");
    }

    @Test
    void nothingIsRestoredWhileATaskRuns() {
        api.setPolicy(model, RetentionApi.MANUAL);
        String soft = api.softTask(model, "2026-01-03Z", "2026-01-05Z");
        String running = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'running' WHERE task_id = '" + running + "'");

        isConflict(soft, "restore", "task '" + running + "' is running: wait until it has ended, or cancel it first");
    }

    @ParameterizedTest
    @CsvSource({
        "state = 'pending', a SOFT run that is pending",
        "state = 'failed', a SOFT run that is failed",
        "delete_action = 'hard', a HARD run that is complete",
        "dry_run = true, a dry run that is complete"
    })
    void onlyASoftRunThatIsCompleteIsRestored(String change, String what) {
        api.setPolicy(model, RetentionApi.MANUAL);
        String taskId = api.softTask(model, "2026-01-03Z", "2026-01-05Z");
        api.sql("UPDATE retention_tasks SET " + change + " WHERE task_id = '" + taskId + "'");

        isConflict(taskId, "restore", "only a SOFT run that is complete can be restored; this is " + what);
    }

    private Answer steer(String taskId, String how) {
        return api.client.send("POST", model + "/retention-tasks/" + taskId + "/" + how, "");
    }

    private JsonNode task(String taskId) {
        return api.client.get(model + "/retention-tasks/" + taskId).json();
    }

    private void floors(String set) {
        api.sql("UPDATE floors SET " + set + " WHERE model_id = '" + RetentionApi.id(model) + "'");
    }

    private void isConflict(String taskId, String how, String detail) {
        var before = api.tables();

        Answer answer = steer(taskId, how);

        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:conflict");
        assertThat(answer.json().path("detail").asText()).isEqualTo(detail);
        assertThat(api.tables()).isEqualTo(before);
    }
}
