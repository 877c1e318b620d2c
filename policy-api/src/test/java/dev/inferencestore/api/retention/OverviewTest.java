package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OverviewTest {
    private static RetentionApi api;

    private final String project = "p-" + UUID.randomUUID();
    private final String path = "/api/v1/projects/" + project + "/retention";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aProjectWithoutModelsIsEmpty() {
        Answer answer = api.client.get(path);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        "{\"project_id\":\"" + project + "\",\"quota_warnings\":[],\"items\":[],\"next_cursor\":null}");
    }

    @Test
    void aModelWithNothingIsShownWithNothing() {
        String model = model("bare");

        JsonNode item = only();

        assertThat(item.path("model_id").asText()).isEqualTo(RetentionApi.id(model));
        assertThat(item.path("state").asText()).isEqualTo("registered");
        assertThat(item.path("retention_policy").isNull()).isTrue();
        assertThat(item.path("holds").toString()).isEqualTo("{\"count\":0,\"items\":[]}");
        assertThat(item.path("erasures").toString()).isEqualTo("{\"count\":0,\"items\":[]}");
        assertThat(item.path("failed_tasks")).isEmpty();
    }

    @Test
    void holdsSayWhatTheyKeepNow() {
        String model = model("held");
        api.store(model, "2026-01-01 09:50Z", "a", "b");
        api.store(model, "2026-01-01 10:00Z", "c", "d", "e");
        api.store(model, "2026-01-01 12:30Z", "f");
        hold(model, "all", "");
        hold(model, "cut", ", \"start\": \"2026-01-01T09:51:00Z\", \"end\": \"2026-01-01T10:02:00Z\"");
        hold(model, "from", ", \"start\": \"2026-01-01T10:01:00Z\"");
        hold(model, "hours", ", \"start\": \"2026-01-01T09:00:00Z\", \"end\": \"2026-01-01T11:00:00Z\"");
        hold(model, "ids", ", \"inference_ids\": [\"a\", \"f\"]");
        hold(model, "inside", ", \"start\": \"2026-01-01T10:00:30Z\", \"end\": \"2026-01-01T10:01:30Z\"");
        hold(model, "none", ", \"start\": \"2026-01-02T00:00:00Z\"");
        hold(model, "up-to", ", \"end\": \"2026-01-01T10:00:00.000001Z\"");

        JsonNode holds = only().path("holds");

        assertThat(holds.path("count").asLong()).isEqualTo(8);
        List<String> keeps = new ArrayList<>();
        holds.path("items").forEach(hold -> keeps.add(hold.path("id").asText() + " " + hold.at("/keeps/records")));
        assertThat(keeps)
                .containsExactly("all 6", "cut 3", "from 3", "hours 5", "ids 2", "inside 1", "none 0", "up-to 3");
        JsonNode ids = holds.at("/items/4");
        assertThat(ids.path("inferences").asLong()).isEqualTo(2);
        assertThat(ids.has("inference_ids")).isFalse();
        assertThat(ids.has("start")).isFalse();
        assertThat(ids.at("/keeps/inputs").asLong()).isZero();
        assertThat(ids.at("/keeps/at_least").asBoolean()).isFalse();
        JsonNode cut = holds.at("/items/1");
        assertThat(cut.path("start").asText()).isEqualTo("2026-01-01T09:51:00Z");
        assertThat(cut.path("end").asText()).isEqualTo("2026-01-01T10:02:00Z");
        assertThat(cut.path("reason").asText()).isEqualTo("r");
        assertThat(cut.path("placed_by").asText()).isEqualTo("anonymous@127.0.0.1");
    }

    @Test
    void anInputIsKeptWhileItsSegmentIsThere() {
        String model = model("inputs");
        api.store(model, "2026-01-01 10:00Z", "there", "gone", "none");
        String segment = UUID.randomUUID().toString();
        api.sql("INSERT INTO segments (segment_id, model_id, kind, state, object_key, length, min_created_at,"
                + " max_created_at, entries) VALUES ('" + segment + "', '" + RetentionApi.id(model)
                + "', 'input', 'stored', 'k', 1, '2026-01-01 10:00Z', '2026-01-01 10:00Z', 1)");
        api.sql("UPDATE inferences SET input_segment = '" + segment + "' WHERE inference_id = 'there'");
        api.sql("UPDATE inferences SET input_segment = gen_random_uuid() WHERE inference_id = 'gone'");
        api.sql("UPDATE model_hours SET inputs = 1 WHERE model_id = '" + RetentionApi.id(model) + "'");
        hold(model, "all", "");
        hold(model, "cut", ", \"end\": \"2026-01-01T10:30:00Z\"");
        hold(model, "ids", ", \"inference_ids\": [\"there\", \"gone\"]");

        JsonNode holds = only().at("/holds/items");

        assertThat(holds.findValues("keeps").toString())
                .isEqualTo("[{\"records\":3,\"inputs\":1,\"at_least\":false},"
                        + " {\"records\":3,\"inputs\":1,\"at_least\":false},"
                        + " {\"records\":2,\"inputs\":1,\"at_least\":false}]");
    }

    @Test
    void countingStopsAtABound() {
        String model = model("much");
        api.sql("INSERT INTO inferences (model_id, inference_id, created_at, part, fingerprint)"
                + " SELECT '" + RetentionApi.id(model) + "', 'i' || n, '2026-01-01 10:10Z', 'both', ''"
                + " FROM generate_series(1, 10001) n");
        hold(model, "h", ", \"start\": \"2026-01-01T10:05:00Z\", \"end\": \"2026-01-01T10:15:00Z\"");

        JsonNode keeps = only().at("/holds/items/0/keeps");

        assertThat(keeps.toString()).isEqualTo("{\"records\":10000,\"inputs\":0,\"at_least\":true}");
    }

    @Test
    void onlySoManyHoldsAreShownAndHowManyThereAre() {
        String model = model("many");
        api.sql("INSERT INTO holds (model_id, hold_id, reason, scope, record_floor, blob_floor, placed_by, placed_at)"
                + " SELECT '" + RetentionApi.id(model)
                + "', 'h' || n, 'r', 'model', '-infinity', '-infinity', 'x', now()"
                + " FROM generate_series(1, 101) n");
        String other = model("other");
        hold(other, "late", "");

        JsonNode items = api.client.get(path).json().path("items");

        assertThat(items.at("/0/holds/count").asLong()).isEqualTo(101);
        assertThat(items.at("/0/holds/items")).hasSize(100);
        assertThat(items.at("/1/holds/items/0/id").asText()).isEqualTo("late");
        assertThat(items.at("/1/holds/items/0/keeps").isNull())
                .as("too many before it")
                .isTrue();
    }

    @Test
    void policiesErasuresAndFailuresAreShownWithTheirModel() {
        String model = model("busy");
        api.setPolicy(model, RetentionApi.MANUAL);
        api.store(model, "2026-01-01 10:00Z", "a", "b");
        String first =
                api.client.delete(model + "/inferences/a").json().path("id").asText();
        api.work(model);
        String second =
                api.client.delete(model + "/inferences/b").json().path("id").asText();
        api.client.post(model + "/inferences/erase", "{\"filter\": {\"action\": \"score\"}, \"dry_run\": true}");
        String failed = api.task(model, "{}");
        String longAgo = api.task(model, "{}");
        api.sql("UPDATE retention_tasks SET state = 'failed', error = 'clock', finished_at = now() WHERE task_id = '"
                + failed + "'");
        api.sql("UPDATE retention_tasks SET state = 'failed', finished_at = now() - interval '25 hours'"
                + " WHERE task_id = '" + longAgo + "'");

        JsonNode item = only();

        assertThat(item.at("/retention_policy/delete_action").asText()).isEqualTo("soft");
        assertThat(item.at("/erasures/count").asLong()).isEqualTo(2);
        assertThat(item.at("/erasures/items").findValuesAsText("task_id")).containsExactly(second, first);
        JsonNode erasure = item.at("/erasures/items/1");
        assertThat(erasure.path("state").asText()).isEqualTo("complete");
        assertThat(erasure.path("records").asLong()).isEqualTo(1);
        assertThat(erasure.path("requested_by").asText()).isEqualTo("anonymous@127.0.0.1");
        assertThat(erasure.path("final_at").isNull()).isTrue();
        assertThat(api.client
                        .get(erasure.path("receipt").asText())
                        .json()
                        .path("task_id")
                        .asText())
                .isEqualTo(first);
        assertThat(item.path("failed_tasks").findValuesAsText("task_id")).containsExactly(failed);
        assertThat(item.at("/failed_tasks/0/error").asText()).isEqualTo("clock");
        assertThat(item.at("/failed_tasks/0/trigger").asText()).isEqualTo("manual");
    }

    @Test
    void whatIsUnregisteredIsShownWhileItIsErasedOrHeld() {
        api.client.delete(model("gone"));
        String held = model("held");
        hold(held, "h", "");
        api.client.delete(held);
        String deleting = model("deleting");
        api.store(deleting, "2026-01-01 10:00Z", "a");
        api.client.delete(deleting + "?erase=true");

        JsonNode items = api.client.get(path).json().path("items");

        assertThat(items.findValuesAsText("model_id"))
                .containsExactly(RetentionApi.id(deleting), RetentionApi.id(held));
        assertThat(items.at("/0/state").asText()).isEqualTo("deleting");
        assertThat(items.at("/0/erasures/items/0/whole_model").asBoolean()).isTrue();
        assertThat(items.at("/1/state").asText()).isEqualTo("unregistered");
    }

    @Test
    void itIsPagedByModel() {
        for (String name : new String[] {"c", "a", "b"}) {
            model(name);
        }

        JsonNode first = api.client.get(path + "?limit=2").json();
        JsonNode second = api.client
                .get(path + "?limit=2&cursor=" + first.path("next_cursor").asText())
                .json();

        assertThat(first.path("items")).hasSize(2);
        assertThat(second.path("items").findValuesAsText("model_id")).containsExactly(project + ".c");
        assertThat(second.path("next_cursor").isNull()).isTrue();
    }

    private JsonNode only() {
        Answer answer = api.client.get(path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("items")).hasSize(1);
        return answer.json().at("/items/0");
    }

    private String model(String name) {
        String model = "/api/v1/models/" + project + "." + name;
        api.client.put(model, "{\"project_id\": \"" + project + "\", \"task_type\": \"t\"}");
        return model;
    }

    private static void hold(String model, String id, String scope) {
        Answer answer = api.client.put(model + "/holds/" + id, "{\"reason\": \"r\"" + scope + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    }
}
