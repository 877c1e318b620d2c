package dev.inferencestore.api.retention;

import static dev.inferencestore.api.Await.until;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.relay.Topic;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default policy of a project and its limit, as callers see them. Each test has a project of its own. */
class ProjectsTest {
    private static final String DAY_AND_HOUR = """
            {"maximum_record_age": 24, "maximum_blob_age": 1.5, "delete_action": "soft", "automated_interval": 1}""";
    private static final String HOUR = """
            {"maximum_record_age": 1, "maximum_blob_age": 1, "delete_action": "hard", "automated_interval": 1}""";
    private static final String LIMIT = """
            {"maximum_record_age": 24, "maximum_blob_age": 1.5}""";

    private static RetentionApi api;

    private final String project = "p-" + UUID.randomUUID();
    private final String path = "/api/v1/projects/" + project;
    private final String defaultPath = path + "/default-retention-policy";
    private final String limitPath = path + "/retention-limit";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aDefaultIsAnsweredWithAllThatWasSaidAndWhomItReached() {
        String model = model();

        Answer made = api.client.put(defaultPath, DAY_AND_HOUR);

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(defaultPath);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        JsonNode policy = made.json();
        assertThat(policy.path("project_id").asText()).isEqualTo(project);
        assertThat(policy.path("maximum_record_age").toString()).isEqualTo("24");
        assertThat(policy.path("maximum_blob_age").toString()).isEqualTo("1.5");
        assertThat(policy.path("delete_action").asText()).isEqualTo("soft");
        assertThat(policy.path("automated_interval").toString()).isEqualTo("1");
        assertThat(policy.path("models").asLong()).isEqualTo(1);
        assertThat(policy.path("complete").asBoolean()).isTrue();
        assertThat(api.client.get(defaultPath).json()).isEqualTo(policy);
        JsonNode inherited = api.client.get(model + "/retention-policy").json();
        assertThat(inherited.path("inherited").asBoolean()).isTrue();
        assertThat(inherited.path("maximum_record_age").toString()).isEqualTo("24");
        assertThat(api.client
                        .get(model)
                        .json()
                        .at("/retention_policy/inherited")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void settingItAgainReplacesItForTheVersionThatIsNamedOnly() {
        String id = api.client.put(defaultPath, DAY_AND_HOUR).json().path("id").asText();

        assertThat(api.client.put(defaultPath, HOUR, "If-Match", "\"7\"").status())
                .isEqualTo(412);
        assertThat(api.client.put(defaultPath, HOUR, "If-None-Match", "*").status())
                .isEqualTo(412);
        Answer again = api.client.put(defaultPath, HOUR, "If-Match", "\"1\"");

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("id").asText()).isEqualTo(id);
        assertThat(again.header("ETag")).isEqualTo("\"2\"");
        assertThat(api.client.delete(defaultPath, "If-Match", "\"1\"").status()).isEqualTo(412);
        Answer deleted = api.client.delete(defaultPath, "If-Match", "\"2\"");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().path("delete_action").asText()).isEqualTo("hard");
        isProblem(api.client.get(defaultPath), 404, "no-setting");
        isProblem(api.client.delete(defaultPath), 404, "no-setting");
    }

    @Test
    void theModelsOwnPolicyTakesThePlaceAndGivesItBack() {
        api.client.put(defaultPath, DAY_AND_HOUR);
        String model = model();

        Answer inherited = api.client.delete(model + "/retention-policy");
        isProblem(inherited, 409, "conflict");
        assertThat(inherited.json().path("detail").asText()).contains("set one of its own");
        Answer own = api.setPolicy(model, HOUR);
        assertThat(own.status()).as("it replaces the inherited one").isEqualTo(200);
        assertThat(own.json().path("inherited").asBoolean()).isFalse();
        Answer deleted = api.client.delete(model + "/retention-policy");

        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().path("inherited").asBoolean()).isFalse();
        assertThat(deleted.json().at("/replaced_by/inherited").asBoolean()).isTrue();
        assertThat(deleted.json().at("/replaced_by/version").asLong()).isEqualTo(3);
        assertThat(api.client
                        .get(model + "/retention-policy")
                        .json()
                        .path("version")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void aLimitRefusesPoliciesWithEveryFieldAndRule() {
        api.client.put(defaultPath, DAY_AND_HOUR);
        Answer made = api.client.put(limitPath, LIMIT);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo(limitPath);
        assertThat(made.header("ETag")).isEqualTo("\"1\"");
        assertThat(made.json().path("maximum_record_age").toString()).isEqualTo("24");
        assertThat(made.json().path("maximum_blob_age").toString()).isEqualTo("1.5");
        assertThat(api.client.get(limitPath).json()).isEqualTo(made.json());
        String model = model();
        Map<String, String> before = api.tables();

        for (Answer answer : List.of(
                api.setPolicy(
                        model, RetentionApi.POLICY.replace("\"automated_interval\": 24", "\"automated_interval\": 0")),
                api.client.put(
                        defaultPath,
                        RetentionApi.POLICY.replace("\"automated_interval\": 24", "\"automated_interval\": 0")))) {
            isProblem(answer, 422, "invalid");
            assertThat(answer.errors()).isEqualTo("""
                    maximum_record_age must be at most 24 hours, the retention limit of the project
                    maximum_blob_age must be at most 1.5 hours, the retention limit of the project
                    automated_interval must be above 0: the project has a retention limit (records 24 hours, inputs 1.5 \
                    hours), which nothing but automated runs enforces
                    """);
        }
        isProblem(api.client.delete(defaultPath), 409, "conflict");
        assertThat(api.tables()).isEqualTo(before);
        assertThat(api.setPolicy(model, HOUR).status()).isEqualTo(200);
        assertThat(api.client.put(limitPath, LIMIT, "If-Match", "\"2\"").status())
                .isEqualTo(412);
        assertThat(api.client.delete(limitPath, "If-Match", "\"1\"").status()).isEqualTo(200);
        isProblem(api.client.get(limitPath), 404, "no-setting");
        isProblem(api.client.delete(limitPath), 404, "no-setting");
    }

    @Test
    void aLimitThatSomethingBreaksIsRefusedAndSaysWhat() {
        String model = model();
        isProblem(api.client.put(limitPath, LIMIT), 409, "conflict");
        api.client.put(defaultPath, DAY_AND_HOUR);
        api.setPolicy(model, RetentionApi.POLICY);
        Map<String, String> before = api.tables();

        Answer refused = api.client.put(limitPath, LIMIT);

        isProblem(refused, 409, "conflict");
        assertThat(refused.json().path("detail").asText())
                .contains("'" + RetentionApi.id(model) + "' (maximum_record_age must be at most 24 hours");
        assertThat(api.tables()).isEqualTo(before);
        api.client.delete(model + "/retention-policy");
        assertThat(api.client.put(limitPath, LIMIT).status()).isEqualTo(201);
        String other = api.model();
        api.setPolicy(other, RetentionApi.POLICY);
        isProblem(api.register(other, project), 409, "conflict");
        assertThat(api.client.get(other).json().path("project_id").asText()).isEqualTo("p");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | maximum_record_age must be given; maximum_blob_age must be given",
                "{'maximum_record_age': null, 'maximum_blob_age': 1} | maximum_record_age must be given",
                "{'maximum_record_age': '1', 'maximum_blob_age': 1} | maximum_record_age must be a number",
                "{'maximum_record_age': 1, 'maximum_blob_age': -1} | maximum_blob_age must be from 0 to 876000 hours (100"
                        + " years)",
                "{'maximum_record_age': 1, 'maximum_blob_age': 0.0001} | maximum_blob_age must be 0 or at least one second"
                        + " (1/3600 hours): anything shorter would count as 0",
                "{'maximum_record_age': 1, 'maximum_blob_age': 2} | maximum_record_age must be equal to or longer than"
                        + " maximum_blob_age: an input without its record could not be found",
                "{'maximum_record_age': 1, 'maximum_blob_age': 1, 'delete_action': 'soft'} | delete_action is not a field"
                        + " of this call, which takes maximum_blob_age, maximum_record_age",
            })
    void aLimitThatBreaksARule(String body, String errors) {
        api.client.put(defaultPath, HOUR);

        Answer answer = api.client.put(limitPath, body.replace('\'', '"'));

        isProblem(answer, 422, "invalid");
        assertThat(answer.errors().strip().replace("\n", "; ")).isEqualTo(errors);
    }

    @Test
    void aProjectThatCannotBeOne() {
        Map<String, String> before = api.tables();

        for (Answer answer : List.of(
                api.client.put("/api/v1/projects/-x/default-retention-policy", HOUR),
                api.client.put("/api/v1/projects/a%20b/retention-limit", LIMIT))) {
            isProblem(answer, 422, "invalid");
            assertThat(answer.errors()).startsWith("project_id must be ");
        }
        isProblem(api.client.get("/api/v1/projects/%27/retention-limit"), 404, "no-setting");
        isProblem(api.client.put(limitPath, "[]"), 400, "unreadable");
        isProblem(api.client.get(limitPath + "?all=true"), 422, "invalid");
        assertThat(api.tables()).isEqualTo(before);
    }

    @Test
    void whatBecomesOfAProjectIsOnTheTopicUnderAKeyOfItsOwn() {
        try (RetentionApi relayed = RetentionApi.startWithRelays()) {
            relayed.register("/api/v1/models/m", project);
            relayed.client.put(defaultPath, HOUR);
            relayed.client.put(limitPath, LIMIT);
            relayed.client.delete(limitPath);
            until(() ->
                    relayed.text("SELECT count(*)::text FROM retention_outbox").equals("0"));

            assertThat(Topic.retentionEvents(relayed.store).messages())
                    .extracting(message -> message.key() + " "
                            + message.value().replaceAll(".*\"dev.inferencestore.retention.([^\"]*)\".*", "$1"))
                    .containsExactly(
                            "project:" + project + " default-policy.set",
                            "m policy.set",
                            "project:" + project + " limit.set",
                            "project:" + project + " limit.deleted");
        }
    }

    /** A model of this project. */
    private String model() {
        String model = "/api/v1/models/m-" + UUID.randomUUID();
        api.register(model, project);
        return model;
    }

    private static void isProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asText()).isEqualTo("urn:inference-store:problem:" + type);
        assertThat(answer.json().path("detail").asText()).isNotBlank();
    }
}
