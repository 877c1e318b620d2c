package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UnregisterTest {
    private static final String MODEL = "{\"project_id\": \"p\", \"task_type\": \"t\"}";
    private static final String WHO = "anonymous@127.0.0.1 ";

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
    void aModelOfWhichNothingIsStoredIsGoneAtOnceAndItsIdIsFree() {
        assertThat(api.client.get(model).json().path("state").asText()).isEqualTo("registered");
        assertThat(api.client.get(model).json().has("erase_task")).isFalse();

        Answer gone = api.client.delete(model);

        assertThat(gone.status()).as(gone.text()).isEqualTo(200);
        assertThat(gone.json().path("state").asText()).isEqualTo("unregistered");
        assertThat(gone.json().path("project_id").asText()).isEqualTo("p");
        assertThat(gone.json().at("/stored/records").asLong()).isZero();
        assertThat(gone.json().at("/storage/enabled").asBoolean()).isFalse();
        assertThat(api.client.get(model).status()).isEqualTo(404);
        assertThat(api.client.delete(model).status()).isEqualTo(404);
        assertThat(listed("")).doesNotContain(RetentionApi.id(model));
        assertThat(listed("?state=deleting")).doesNotContain(RetentionApi.id(model));
        assertThat(api.client.get(model + "/retention-tasks").status())
                .as("what it did stays")
                .isEqualTo(200);
        assertThat(api.client.put(model, MODEL).status()).isEqualTo(201);
        assertThat(api.client.get(model).json().path("state").asText()).isEqualTo("registered");
        assertThat(api.audit(model))
                .containsExactly(WHO + "model.register", WHO + "model.unregister", WHO + "model.register");
    }

    @Test
    void aModelThatHasStoredSomethingStaysAndTheNumbersAreSaid() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");
        var before = api.tables();

        for (String query : new String[] {"", "?erase=false"}) {
            Answer answer = api.client.delete(model + query);

            assertThat(answer.status()).as(answer.text()).isEqualTo(409);
            assertThat(answer.json().path("detail").asText())
                    .startsWith("2 records and 0 inputs of the model are stored")
                    .contains("?erase=true");
        }
        assertThat(api.tables()).isEqualTo(before);
    }

    @Test
    void whileItIsErasedItsIdIsTakenAndAfterwardsOnlyItsTasksAreLeft() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");
        api.setPolicy(model, RetentionApi.POLICY);

        Answer accepted = api.client.delete(model + "?erase=true");

        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        JsonNode task = accepted.json();
        String location = accepted.header("Location");
        assertThat(location)
                .isEqualTo(model + "/retention-tasks/" + task.path("id").asText());
        assertThat(task.path("whole_model").asBoolean()).isTrue();
        assertThat(task.path("filter").isNull()).isTrue();
        JsonNode deleting = api.client.get(model).json();
        assertThat(deleting.path("state").asText()).isEqualTo("deleting");
        assertThat(deleting.path("erase_task")).isEqualTo(task.path("id"));
        assertThat(deleting.at("/stored/records").asLong()).isEqualTo(2);
        assertThat(deleting.path("retention_policy").isNull()).isTrue();
        assertThat(listed("")).doesNotContain(RetentionApi.id(model));
        assertThat(listed("?state=registered")).doesNotContain(RetentionApi.id(model));
        assertThat(api.client.get("/api/v1/models?state=deleting").json().path("items"))
                .contains(deleting);
        assertThat(api.client.put(model, MODEL).status()).isEqualTo(409);
        assertThat(api.client.put(model + "/storage", "{\"enabled\": true}").status())
                .isEqualTo(404);
        assertThat(api.client.delete(model).json().path("id")).as("again").isEqualTo(task.path("id"));
        assertThat(api.client.post(location + "/cancel", "").status()).isEqualTo(409);
        assertThat(api.client.get(location).json()).isEqualTo(task);

        api.work(model);

        assertThat(api.client.get(model).status()).isEqualTo(404);
        assertThat(listed("?state=deleting")).doesNotContain(RetentionApi.id(model));
        assertThat(api.client.get(location).json().path("state").asText()).isEqualTo("complete");
        JsonNode receipt = api.client.get(location + "/receipt").json();
        assertThat(receipt.path("whole_model").asBoolean()).isTrue();
        assertThat(receipt.at("/records/deleted").asLong()).isEqualTo(2);
        assertThat(receipt.path("items")).as("numbers only").isEmpty();
        assertThat(receipt.path("next_cursor").isNull()).isTrue();
        assertThat(api.client.put(model, MODEL).status()).isEqualTo(201);
        assertThat(api.audit(model))
                .startsWith(
                        WHO + "model.register",
                        WHO + "retention-policy.set",
                        WHO + "retention-policy.deleted",
                        WHO + "model.unregister",
                        WHO + "retention-task.created")
                .contains(WHO + "model.erased");
    }

    @Test
    void ifMatchIsHonoured() {
        String tag = api.client.get(model).header("ETag");
        api.client.put(model, MODEL.replace("\"t\"", "\"u\""));
        var before = api.tables();

        Answer stale = api.client.delete(model, "If-Match", tag);
        Answer unreadable = api.client.delete(model, "If-Match", "5");

        assertThat(stale.status()).isEqualTo(412);
        assertThat(unreadable.status()).isEqualTo(400);
        assertThat(api.tables()).isEqualTo(before);
        assertThat(api.client
                        .delete(model, "If-Match", api.client.get(model).header("ETag"))
                        .status())
                .isEqualTo(200);
    }

    private static String listed(String query) {
        return String.join(
                " ",
                api.client.get("/api/v1/models" + query).json().path("items").findValuesAsText("model_id"));
    }
}
