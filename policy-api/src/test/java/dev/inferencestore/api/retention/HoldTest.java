package dev.inferencestore.api.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HoldTest {
    private static final String WHO = "anonymous@127.0.0.1 ";

    private static RetentionApi api;

    private final String model = api.model();
    private final String path = model + "/holds";

    @BeforeAll
    static void start() {
        api = RetentionApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aHoldIsPlacedShownAndLifted() {
        Answer placed = api.client.put(path + "/case-7", "{\"reason\": \"lawsuit\"}");

        assertThat(placed.status()).as(placed.text()).isEqualTo(201);
        assertThat(placed.header("Location")).isEqualTo(path + "/case-7");
        assertThat(placed.json().path("id").asText()).isEqualTo("case-7");
        assertThat(placed.json().path("scope").asText()).isEqualTo("model");
        assertThat(placed.json().path("placed_by").asText()).isEqualTo(WHO.strip());
        assertThat(placed.json().path("claimed").isNull()).isTrue();
        JsonNode shown = api.client.get(path + "/case-7").json();
        assertThat(shown.has("claimed")).isFalse();
        assertThat(shown.path("placed_at")).isEqualTo(placed.json().path("placed_at"));
        assertThat(api.client.get(path).json().path("items").get(0)).isEqualTo(shown);

        Answer lifted = api.client.delete(path + "/case-7");

        assertThat(lifted.status()).as(lifted.text()).isEqualTo(200);
        assertThat(lifted.json()).isEqualTo(placed.json());
        assertThat(api.client.get(path + "/case-7").json().path("type").asText())
                .isEqualTo("urn:inference-store:problem:unknown-hold");
        assertThat(api.client.delete(path + "/case-7").status()).isEqualTo(404);
        assertThat(api.audit(model)).containsExactly(WHO + "model.register", WHO + "hold.placed", WHO + "hold.lifted");
    }

    @Test
    void aHoldIsOfTheModelOfATimeOrOfInferences() {
        api.store(model, "2026-01-01 10:00Z", "a", "b");

        JsonNode from = place("from", "\"start\": \"2026-01-01T01:00:00+01:00\"");
        JsonNode upTo = place("up-to", "\"end\": \"2026-01-01T00:00:00.0000001Z\"");
        JsonNode ids = place("ids", "\"inference_ids\": [\"b\", \"a\", \"b\"], \"start\": null");

        assertThat(from.path("scope").asText()).isEqualTo("time");
        assertThat(from.path("start").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(from.path("end").isNull()).isTrue();
        assertThat(upTo.path("start").isNull()).isTrue();
        assertThat(upTo.path("end").asText()).as("not before the moment").isEqualTo("2026-01-01T00:00:00.000001Z");
        assertThat(ids.path("scope").asText()).isEqualTo("inferences");
        assertThat(ids.path("inference_ids").toString()).isEqualTo("[\"a\",\"b\"]");
        assertThat(api.client.get(path).json().path("items").findValuesAsText("id"))
                .containsExactly("from", "ids", "up-to");
    }

    @Test
    void placingItAgainChangesNothingAndAnotherScopeTakesItsPlace() {
        // Sorted differently by bytes, by UTF-16 units and by languages.
        String[] ids = {"B", "a", "\ufb01", "\ud83d\ude00"};
        api.store(model, "2026-01-01 10:00Z", ids);
        String body = "{\"reason\": \"r\", \"inference_ids\": [\"" + String.join("\", \"", ids) + "\"]}";
        api.client.put(path + "/h", body);
        var before = api.tables();

        Answer again = api.client.put(path + "/h", body);

        assertThat(again.status()).isEqualTo(200);
        assertThat(api.tables()).isEqualTo(before);

        Answer reason = api.client.put(path + "/h", body.replace("\"r\"", "\"other\""));
        Answer scope = api.client.put(path + "/h", "{\"reason\": \"other\"}");

        assertThat(reason.status()).isEqualTo(200);
        assertThat(reason.json().path("reason").asText()).isEqualTo("other");
        assertThat(reason.json().path("placed_at")).isEqualTo(again.json().path("placed_at"));
        assertThat(scope.status()).isEqualTo(200);
        assertThat(scope.json().path("scope").asText()).isEqualTo("model");
        assertThat(api.audit(model))
                .containsExactly(
                        WHO + "model.register", WHO + "hold.placed", WHO + "hold.changed", WHO + "hold.changed");
    }

    @Test
    void theAnswerSaysWhatWasGoneByThen() {
        api.sql("UPDATE floors SET record_hard = '2026-01-01Z', record_visible = '2026-01-01Z' WHERE model_id = '"
                + RetentionApi.id(model) + "'");
        String claimed = "{\"records_before\":\"2026-01-01T00:00:00Z\",\"blobs_before\":null}";

        Answer placed = api.client.put(path + "/h", "{\"reason\": \"r\"}");

        assertThat(placed.json().path("claimed").toString()).isEqualTo(claimed);
        assertThat(api.client.delete(path + "/h").json().path("claimed").toString())
                .isEqualTo(claimed);
    }

    @Test
    void theListIsPagedById() {
        for (int i = 0; i < 5; i++) {
            api.client.put(path + "/h-" + i, "{\"reason\": \"r\"}");
        }

        assertThat(pages("limit=2")).containsExactly("h-0 h-1", "h-2 h-3", "h-4");
        assertThat(pages("limit=5")).containsExactly("h-0 h-1 h-2 h-3 h-4");
    }

    @Test
    void aPageEndsEarlyWhereHoldsNameManyInferences() {
        String[] ids = new String[6000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "i" + i;
        }
        api.sql("INSERT INTO inferences (model_id, inference_id, created_at, part, fingerprint)"
                + " SELECT '" + RetentionApi.id(model) + "', 'i' || n, '2026-01-01Z', 'both', ''"
                + " FROM generate_series(0, 5999) n");
        for (int i = 0; i < 5; i++) {
            place("h-" + i, "\"inference_ids\": [\"" + String.join("\", \"", ids) + "\"]");
        }

        assertThat(pages("limit=10")).containsExactly("h-0 h-1", "h-2 h-3", "h-4");
    }

    @Test
    void peopleWhoPlaceAndLiftOneHoldAtOnceComeOneAfterTheOther() {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(
                    i % 3 == 0
                            ? api.client.deleteLater(path + "/h")
                            : api.client.putLater(path + "/h", "{\"reason\": \"reason " + i + "\"}"));
        }

        List<Integer> statuses =
                calls.stream().map(call -> call.join().status()).toList();

        assertThat(statuses).containsAnyOf(200, 201).allMatch(status -> List.of(200, 201, 404)
                .contains(status));
        long placed = statuses.stream().filter(status -> status == 201).count();
        List<String> done = api.audit(model);
        assertThat(done.stream().filter((WHO + "hold.placed")::equals).count()).isEqualTo(placed);
        boolean there = false;
        for (String entry : done.subList(1, done.size())) {
            assertThat(there).as(entry).isEqualTo(!entry.endsWith("placed"));
            there = !entry.endsWith("lifted");
        }
        assertThat(api.client.get(path + "/h").status()).isEqualTo(there ? 200 : 404);
    }

    @Test
    void holdsOfAModelThatIsUnregisteredAreStillShownAndLifted() {
        place("h", "\"end\": null");
        api.client.delete(model);

        assertThat(api.client.get(path + "/h").status()).isEqualTo(200);
        assertThat(api.client.get(path).json().path("items")).hasSize(1);
        assertThat(api.client.delete(path + "/h").status()).isEqualTo(200);
        assertThat(api.client.get(path).json().path("type").asText())
                .isEqualTo("urn:inference-store:problem:unknown-model");
    }

    private JsonNode place(String holdId, String scope) {
        Answer answer = api.client.put(path + "/" + holdId, "{\"reason\": \"r\", " + scope + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    /** The ids of each page. */
    private List<String> pages(String query) {
        List<String> pages = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.client.get(path + "?" + query + cursor).json();
            pages.add(String.join(" ", page.path("items").findValuesAsText("id")));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return pages;
    }
}
