package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EraseTest {
    private static final String PROBLEM = "urn:inference-store:problem:";

    private static RetentionApi api;

    private final String model = api.model();
    private final String inferences = model + "/inferences";
    private final String erase = inferences + "/erase";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void erasingOneMakesATaskThatWaitsForTheJob() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");

        Answer made = api.client.delete(inferences + "/a");

        assertThat(made.status()).as(made.text()).isEqualTo(202);
        JsonNode task = made.json();
        assertThat(made.header("Location"))
                .isEqualTo(model + "/retention-tasks/" + task.path("id").asText());
        assertThat(api.client.get(made.header("Location")).json()).isEqualTo(task);
        assertThat(task.path("trigger").asText()).isEqualTo("erase");
        assertThat(task.path("state").asText()).isEqualTo("pending");
        assertThat(task.path("delete_action").asText()).isEqualTo("hard");
        assertThat(task.path("retention_policy_id").isNull()).isTrue();
        assertThat(task.path("whole_model").asBoolean()).isFalse();
        assertThat(task.path("filter").toString()).isEqualTo("{\"inference_ids\":[\"a\"]}");
        assertThat(api.audit(model))
                .containsExactly("anonymous@127.0.0.1 model.register", "anonymous@127.0.0.1 retention-task.created");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "/",
                "//",
                "..",
                ".",
                "../..",
                "a b",
                "a+b",
                "100%",
                "%2F",
                "a;b=c",
                "a\\b",
                "?#&=",
                "\n\t\u0001\u007f",
                "\u00e9\u0301 \ud83d\ude00",
                "erase",
                "'; DROP TABLE inferences; --"
            })
    void anIdMayHoldAnyCharacter(String id) {
        api.store(model, "2026-01-01 10:00Z", id);

        Answer made = api.client.delete(inferences + "/" + encoded(id));

        assertThat(made.status()).as(made.text()).isEqualTo(202);
        assertThat(made.json().at("/filter/inference_ids/0").asText()).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "un/known"})
    void anUnknownInferenceIsNotThere(String id) {
        Answer answer = api.client.delete(inferences + "/" + encoded(id));

        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.json().path("type").asText()).isEqualTo(PROBLEM + "unknown-inference");
    }

    @Test
    void anIdThatIsTooLongIsThatOfNone() {
        assertThat(api.client
                        .delete(inferences + "/" + "x".repeat(257))
                        .json()
                        .path("type")
                        .asText())
                .isEqualTo(PROBLEM + "unknown-inference");
    }

    @Test
    void whatIsHeldIsAConflictUnlessItIsToBeLeft() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");
        api.client.put(model + "/holds/h", "{\"reason\": \"r\", \"inference_ids\": [\"a\"]}");
        var before = api.tables();

        Answer one = api.client.delete(inferences + "/a");
        Answer many = api.client.post(erase, "{\"filter\": {\"action\": \"score\"}}");

        for (Answer answer : new Answer[] {one, many}) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(409);
            assertThat(answer.json().path("detail").asText()).startsWith("1 of the inferences that are meant are held");
        }
        assertThat(api.tables()).isEqualTo(before);
        assertThat(api.client.delete(inferences + "/b").status()).isEqualTo(202);
        assertThat(api.client
                        .post(erase, "{\"filter\": {\"action\": \"score\"}, \"except_held\": true}")
                        .status())
                .isEqualTo(202);
        assertThat(api.client
                        .post(erase, "{\"filter\": {\"action\": \"score\"}, \"dry_run\": true}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aFilterIsShownAsItWasMeant() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");

        Answer made = api.client.post(erase, """
                {"filter": {"inference_ids": ["b", "a", "b"], "start": "2026-01-01T11:00:00+01:00",
                            "end": "2026-01-01T12:00:00Z", "action": "score",
                            "metadata": {"region": "eu", "score": 1234567890.12345678901234567, "tiny": 1e-300}},
                 "dry_run": false, "except_held": false, "dry_run_id": null}""");

        assertThat(made.status()).as(made.text()).isEqualTo(202);
        JsonNode filter = made.json().path("filter");
        assertThat(filter.path("inference_ids").toString()).isEqualTo("[\"b\",\"a\"]");
        assertThat(filter.path("start").asText()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(filter.path("end").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(filter.at("/metadata/region").asText()).isEqualTo("eu");
        assertThat(filter.at("/metadata/tiny").asDouble()).isEqualTo(1e-300);
        assertThat(made.text()).as("to the last digit").contains("\"score\":1234567890.12345678901234567");
    }

    @Test
    void aRealEraseMayTakeTheFilterOfADryRunThatIsComplete() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");
        String dryRun = api.client
                .post(erase, "{\"filter\": {\"metadata\": {\"region\": \"eu\"}}, \"dry_run\": true}")
                .json()
                .path("id")
                .asText();
        String body = "{\"dry_run_id\": \"" + dryRun.toUpperCase(java.util.Locale.ROOT) + "\"}";
        Answer early = api.client.post(erase, body);
        api.work(model);

        Answer counted = api.client.get(model + "/retention-tasks/" + dryRun);
        Answer fits = api.client.post(erase, body);

        assertThat(early.status()).as(early.text()).isEqualTo(409);
        assertThat(counted.json().at("/records/matched").asLong()).isEqualTo(2);
        assertThat(fits.status()).as(fits.text()).isEqualTo(202);
        assertThat(fits.json().path("dry_run_id").asText()).isEqualTo(dryRun);
        assertThat(fits.json().path("filter").toString()).isEqualTo("{\"metadata\":{\"region\":\"eu\"}}");
        assertThat(api.client
                        .post(erase, "{\"dry_run_id\": \"0f8fad5b-d9cb-469f-a165-70867728950e\"}")
                        .json()
                        .path("type")
                        .asText())
                .isEqualTo(PROBLEM + "unknown-task");
        assertThat(api.client
                        .get(model + "/retention-tasks/" + dryRun + "/receipt")
                        .json()
                        .path("detail")
                        .asText())
                .endsWith("erases nothing, so it has no receipt");
    }

    @Test
    void idsThatAreNotStoredAreNamed() {
        api.store(model, "2026-01-01 10:00Z", "a");

        Answer answer = api.client.post(erase, "{\"filter\": {\"inference_ids\": [\"a\", \"gone\"]}}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors())
                .isEqualTo("filter.inference_ids must be of inferences that are stored; these are not: gone\n");
    }

    @Test
    void theReceiptSaysWhatWentAndWhenItIsFinal() {
        api.store(model, "2026-01-01 10:00Z", "a/1", "b", "c", "d");
        String task = api.client
                .post(erase, "{\"filter\": {\"inference_ids\": [\"a/1\", \"b\", \"c\"]}}")
                .json()
                .path("id")
                .asText();
        String path = model + "/retention-tasks/" + task + "/receipt";
        JsonNode waiting = api.client.get(path).json();
        api.work(model);

        JsonNode first = api.client.get(path + "?limit=2").json();
        JsonNode second = api.client
                .get(path + "?limit=2&cursor=" + first.path("next_cursor").asText())
                .json();

        assertThat(waiting.path("state").asText()).isEqualTo("pending");
        assertThat(waiting.path("items")).isEmpty();
        assertThat(first.path("task_id").asText()).isEqualTo(task);
        assertThat(first.path("state").asText()).isEqualTo("complete");
        assertThat(first.path("requested_by").asText()).isEqualTo("anonymous@127.0.0.1");
        assertThat(first.at("/records/deleted").asLong()).isEqualTo(3);
        assertThat(first.path("finished_at").isTextual()).isTrue();
        assertThat(first.path("final").asBoolean()).isFalse();
        assertThat(first.path("final_at").isNull()).isTrue();
        assertThat(first.path("items").findValuesAsText("inference_id")).containsExactly("a/1", "b");
        JsonNode item = first.at("/items/0");
        assertThat(item.path("records").asInt()).isEqualTo(1);
        assertThat(item.path("inputs").asInt()).isZero();
        assertThat(item.path("sha256").toString()).isEqualTo("[]");
        assertThat(item.path("removed").asBoolean()).isTrue();
        assertThat(item.path("erased_at").asText()).endsWith("Z");
        assertThat(second.path("items").findValuesAsText("inference_id")).containsExactly("c");
        assertThat(second.path("next_cursor").isNull()).isTrue();

        api.sql("UPDATE retention_tasks SET final_at = '2026-02-01Z' WHERE task_id = '" + task + "'");

        assertThat(api.client.get(path).json().path("final").asBoolean()).isTrue();
        assertThat(api.client.get(path).json().path("final_at").asText()).isEqualTo("2026-02-01T00:00:00Z");
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
    }
}
