package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.inferencestore.api.Client.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong is named, and changes nothing. */
class BadRequestsTest {
    private static final String HOURS = " must be from 0 to 876000 hours (100 years)";
    private static final String SECOND =
            " must be 0 or at least one second (1/3600 hours): anything shorter would count as 0";
    private static final String NUMBER = " must be a number";
    private static final String NO_TASK = "0f8fad5b-d9cb-469f-a165-70867728950e";

    private static RetentionApi api;
    private static String model;
    private Map<String, String> before;

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
        model = api.model("m");
        api.setPolicy(model, RetentionApi.POLICY);
        api.task(model, "{}");
        api.model("bare");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @BeforeEach
    void remember() {
        before = api.tables();
    }

    @AfterEach
    void nothingHasChanged() {
        assertThat(api.tables()).isEqualTo(before);
    }

    static Stream<Arguments> policies() {
        return Stream.of(
                policy("'delete_action': 'soft', 'maximum_record_age': 5", """
                        maximum_blob_age must be given where maximum_record_age is: an input cannot be kept longer than \
                        its record, so give it an age up to that of the record"""),
                policy("'delete_action': 'soft', 'maximum_record_age': 5, 'maximum_blob_age': 6", """
                        maximum_record_age must be equal to or longer than maximum_blob_age: an input without its \
                        record could not be found"""),
                policy("'delete_action': 'soft', 'automated_interval': 0.01", """
                        automated_interval must be 0 (manual runs only) or at least 60 seconds \
                        (0.016666666666666666 hours)"""),
                policy("'delete_action': 'soft', 'automated_interval': 0.01, 'maximum_record_age': 5", """
                        maximum_blob_age must be given where maximum_record_age is: an input cannot be kept longer than \
                        its record, so give it an age up to that of the record
                        automated_interval must be 0 (manual runs only) or at least 60 seconds \
                        (0.016666666666666666 hours)"""),
                policy("", "delete_action must be given"),
                policy("'delete_action': null", "delete_action must be given"),
                policy("'delete_action': 'Soft'", "delete_action must be soft or hard"),
                policy("'delete_action': 'none'", "delete_action must be soft or hard"),
                policy("'delete_action': 1", "delete_action must be a text"),
                policy("'delete_action': 'soft', 'maximum_blob_age': '72'", "maximum_blob_age" + NUMBER),
                policy("'delete_action': 'soft', 'maximum_blob_age': 'NaN'", "maximum_blob_age" + NUMBER),
                policy("'delete_action': 'soft', 'maximum_blob_age': true", "maximum_blob_age" + NUMBER),
                policy("'delete_action': 'soft', 'maximum_blob_age': {}", "maximum_blob_age" + NUMBER),
                policy("'delete_action': 'soft', 'maximum_blob_age': [1]", "maximum_blob_age" + NUMBER),
                policy("'delete_action': 'soft', 'maximum_blob_age': -1", "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': -1e-400", "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': 876000.0001", "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': 1e400", "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': 1e999999999", "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': " + "9".repeat(900), "maximum_blob_age" + HOURS),
                policy("'delete_action': 'soft', 'maximum_blob_age': 0.0002", "maximum_blob_age" + SECOND),
                policy("'delete_action': 'soft', 'maximum_blob_age': 1e-400", "maximum_blob_age" + SECOND),
                policy("'delete_action': 'soft', 'maximum_blob_age': 1e-999999999", "maximum_blob_age" + SECOND),
                policy("'delete_action': 'soft', 'automated_interval': 1e-9", "automated_interval" + SECOND),
                policy("'delete_action': 'soft', 'automated_interval': '24'", "automated_interval" + NUMBER),
                policy("'delete_action': 'soft', 'interval': 24", """
                        interval is not a field of this call, which takes automated_interval, delete_action, \
                        maximum_blob_age, maximum_record_age"""),
                policy("'delete_action': 3, 'maximum_record_age': -1, 'maximum_blob_age': '1', 'x': 1", """
                        maximum_record_age must be from 0 to 876000 hours (100 years)
                        maximum_blob_age must be a number
                        delete_action must be a text
                        x is not a field of this call, which takes automated_interval, delete_action, \
                        maximum_blob_age, maximum_record_age"""));
    }

    private static Arguments policy(String fields, String errors) {
        return arguments("{" + fields.replace('\'', '"') + "}", errors);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aPolicyThatBreaksARule(String body, String errors) {
        for (Answer answer : List.of(
                api.setPolicy(model, body),
                api.setPolicy("/api/v1/models/bare", body),
                api.client.put("/api/v1/projects/p2/default-retention-policy", body),
                api.client.post(model + "/retention-policy/preview", body))) {
            isProblem(answer, 422, "invalid");
            assertThat(answer.errors().strip()).isEqualTo(errors);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{\"delete_action\": \"soft\", \"delete_action\": \"hard\"}",
                "{\"delete_action\": \"soft\", \"maximum_blob_age\": NaN}",
                "{\"delete_action\": \"soft\", \"maximum_blob_age\": Infinity}",
                "{\"delete_action\": \"soft\", \"maximum_blob_age\": 01}"
            })
    void aBodyThatCannotBeRead(String body) {
        isProblem(api.setPolicy(model, body), 400, "unreadable");
        isProblem(api.client.post(model + "/retention-policy/preview", body), 400, "unreadable");
        isProblem(api.client.post(model + "/retention-tasks", body), 400, "unreadable");
    }

    @Test
    void aNumberOfEndlessDigits() {
        String body = "{\"delete_action\": \"soft\", \"maximum_blob_age\": 1" + "0".repeat(5000) + "}";

        isProblem(api.setPolicy(model, body), 400, "unreadable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'dry_run': 'true'} | dry_run must be true or false",
                "{'dry_run': 1} | dry_run must be true or false",
                "{'retention_policy_id': 7} | retention_policy_id must be a text",
                "{'retention_policy_id': '1-1-1-1-1'} | retention_policy_id must be a UUID,"
                        + " as 0f8fad5b-d9cb-469f-a165-70867728950e",
                "{'dry_run_id': ''} | dry_run_id must be a UUID, as 0f8fad5b-d9cb-469f-a165-70867728950e",
                "{'dry_run': true, 'dry_run_id': '0f8fad5b-d9cb-469f-a165-70867728950e'} | dry_run_id must be left out"
                        + " of a dry run: it names the one whose cutoffs a real run takes",
                "{'dryrun': true} | dryrun is not a field of this call, which takes dry_run, dry_run_id,"
                        + " retention_policy_id"
            })
    void aTaskThatBreaksARule(String body, String errors) {
        Answer answer = api.client.post(model + "/retention-tasks", body.replace('\'', '"'));

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors().strip()).isEqualTo(errors);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state=done",
                "state=PENDING",
                "trigger=daily",
                "dry_run=1",
                "start=2026-01-01",
                "start=2026-01-01T00:00:00",
                "start=2026-01-01T00:00Z",
                "start=2026-02-30T00:00:00Z",
                "start=%2B99999-01-01T00:00:00Z",
                "end=yesterday",
                "end=2026-01-01T00:00:00Z&start=2026-01-01T00:00:00Z",
                "end=2026-01-01T00:00:00%2B01:00&start=2026-01-01T00:00:00Z",
                "limit=0",
                "limit=1001",
                "cursor=djE6bQ",
                "cursor=zzz",
                "colour=red",
                "state=pending&state=failed"
            })
    void aFilterThatBreaksARule(String filter) {
        Answer answer = api.client.get(model + "/retention-tasks?" + filter);

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors()).startsWith(filter.substring(0, filter.indexOf('=')) + " ");
        assertThat(answer.errors().lines()).hasSize(1);
    }

    @Test
    void timesAtTheEndsOfTheCalendarAreTaken() {
        Answer answer = api.client.get(
                model + "/retention-tasks?start=0000-01-01T00:00:00Z&end=9999-12-31T23:59:59.999999999-18:00");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("items")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "-not-an-id", "a%20b", "%27"})
    void aModelThatIsNotThere(String id) {
        String path = "/api/v1/models/" + id;
        List.of(
                        api.client.get(path + "/retention-policy"),
                        api.setPolicy(path, RetentionApi.POLICY),
                        api.client.delete(path + "/retention-policy"),
                        api.client.post(path + "/retention-policy/preview", RetentionApi.POLICY),
                        api.client.post(path + "/retention-tasks", "{}"),
                        api.client.get(path + "/retention-tasks"),
                        api.client.get(path + "/retention-tasks/" + NO_TASK),
                        api.client.post(path + "/retention-tasks/" + NO_TASK + "/cancel", ""),
                        api.client.post(path + "/retention-tasks/" + NO_TASK + "/restore", ""))
                .forEach(answer -> isProblem(answer, 404, "unknown-model"));
    }

    @Test
    void aModelWithoutAPolicy() {
        String bare = "/api/v1/models/bare";
        List.of(
                        api.client.get(bare + "/retention-policy"),
                        api.client.delete(bare + "/retention-policy"),
                        api.client.post(bare + "/retention-tasks", "{}"))
                .forEach(answer -> {
                    isProblem(answer, 404, "no-retention-policy");
                    assertThat(answer.json().path("detail").asText())
                            .isEqualTo("model 'bare' has no retention policy: set one with PUT"
                                    + " /api/v1/models/{model_id}/retention-policy");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {NO_TASK, "1-1-1-1-1", "{0f8fad5b-d9cb-469f-a165-70867728950e}", "x", "%27"})
    void aTaskThatIsNotThere(String id) {
        String path = model + "/retention-tasks/" + id.replace("{", "%7B").replace("}", "%7D");
        List.of(api.client.get(path), api.client.post(path + "/cancel", ""), api.client.post(path + "/restore", "{}"))
                .forEach(answer -> isProblem(answer, 404, "unknown-task"));
    }

    @Test
    void theTaskOfAnotherModelIsNotThere() {
        String taskId = api.text("SELECT task_id FROM retention_tasks");

        isProblem(api.client.get("/api/v1/models/bare/retention-tasks/" + taskId), 404, "unknown-task");
        isProblem(
                api.client.post("/api/v1/models/bare/retention-tasks/" + taskId + "/cancel", ""), 404, "unknown-task");
    }

    @Test
    void cancelAndRestoreTakeNoFields() {
        String path = model + "/retention-tasks/" + NO_TASK;

        isProblem(api.client.post(path + "/cancel", "{\"force\": true}"), 422, "invalid");
        isProblem(api.client.post(path + "/restore", "[]"), 400, "unreadable");
        isProblem(api.client.post(path + "/restore?all=true", ""), 422, "invalid");
    }

    @Test
    void anIdWithAZeroByteIsRefusedBeforeTheDatabaseSeesIt() {
        Answer answer = api.client.get("/api/v1/models/a%00b/retention-policy");

        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    private static void isProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:" + type);
        assertThat(answer.json().path("detail").asText()).isNotBlank();
    }
}
