package dev.inferencestore.api.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whose dead letters a caller is shown and may replay, and how many they are told of. */
class LetterAccessTest {
    private static final String BOOTSTRAP = "bootstrap-0123456789-abcdefghijklmnopqrstuvwxyz";
    private static final String PATH = "/api/v1/dead-letters";

    private static PolicyApi api;
    private static TestTopic letters;
    private static TestTopic inferences;
    private static Client anyone;
    private static Client admin;
    private static Jdbi database;
    private static String ofShop;
    private static String ofFarm;
    private static String ofNobody;
    private static String ofNone;

    @BeforeAll
    static void start() {
        TestServers.Store store = TestServers.newStore();
        letters = TestTopic.create(store.bootstrapServers(), store.topic() + "-dead", 1, Map.of());
        inferences = TestTopic.create(store.bootstrapServers(), store.topic() + "-inferences", 1, Map.of());
        api = PolicyApi.start(store.settings(
                false,
                Map.of("INFERENCE_STORE_AUTH_BOOTSTRAP_TOKEN", BOOTSTRAP),
                "--kafka.dead-letter-topic",
                letters.name(),
                "--kafka.inferences-topic",
                inferences.name()));
        anyone = new Client(api);
        admin = anyone.as(BOOTSTRAP);
        database = Jdbi.create(store.database());
        for (String project : List.of("shop", "farm")) {
            made(admin.put(
                    "/api/v1/models/" + project + "-1", "{\"project_id\": \"" + project + "\", \"task_type\": \"t\"}"));
        }
        made(admin.delete("/api/v1/models/farm-1"));
        ofShop = write(TestLetter.of("shop-1"));
        ofFarm = write(TestLetter.of("farm-1"));
        ofNobody = write(TestLetter.of("nobodys"));
        ofNone = write(TestLetter.letter());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void listsShowLettersOfTheCallersProjects() {
        assertThat(ids(caller("shop-reads", "{\"shop\": [\"reader\"]}"), "")).containsExactly(ofShop);
        // A model that is unregistered stays its project's.
        assertThat(ids(caller("farm-reads", "{\"farm\": [\"reader\"]}"), "")).containsExactly(ofFarm);
        assertThat(ids(caller("both-read", "{\"farm\": [\"writer\"], \"shop\": [\"reader\"]}"), ""))
                .containsExactly(ofFarm, ofShop);
        assertThat(ids(caller("all-read", "{\"*\": [\"reader\"]}"), ""))
                .containsExactly(ofNone, ofNobody, ofFarm, ofShop);
        assertThat(ids(caller("shop-looks", "{\"shop\": [\"admin\"]}"), "?model_id=farm-1"))
                .isEmpty();
    }

    @Test
    void aForeignLetterIsAsOneThatThereIsNot() {
        Client shop = caller("shop-shows", "{\"shop\": [\"input-reader\"], \"farm\": [\"reader\"]}");
        assertThat(shop.get(PATH + "/" + ofShop).status()).isEqualTo(200);
        assertThat(shop.get(PATH + "/" + ofShop + "/value").text()).isEqualTo("{");
        assertThat(shop.get(PATH + "/" + ofFarm).status()).isEqualTo(200);

        unknown(shop, ofFarm, "/value");
        for (String foreign : List.of(ofNobody, ofNone)) {
            unknown(shop, foreign, "");
            unknown(shop, foreign, "/value");
        }
    }

    @Test
    void theBytesHaveInputsInThem() {
        Client reader = caller("reads-on", "{\"*\": [\"writer\"]}");
        assertThat(reader.get(PATH + "/" + ofShop).status()).isEqualTo(200);
        assertThat(reader.get(PATH + "/" + ofShop + "/value").status()).isEqualTo(403);
        assertThat(reader.get(PATH + "/" + ofShop + "/value").text()).contains("'input-reader'");
    }

    @Test
    void writersReplayLettersOfTheirProjects() {
        Client shop = caller("shop-writes", "{\"shop\": [\"writer\"], \"farm\": [\"reader\"]}");
        assertThat(caller("shop-reads-on", "{\"shop\": [\"reader\"]}")
                        .post(PATH + "/replay", "{\"filter\": {\"reason\": \"json_invalid\"}}")
                        .status())
                .isEqualTo(403);

        JsonNode filtered = replay(shop, "{\"filter\": {\"reason\": \"json_invalid\"}, \"dry_run\": true}");
        assertThat(filtered.path("matched").asInt()).isEqualTo(1);
        assertThat(filtered.path("cannot")).isEmpty();
        JsonNode named =
                replay(shop, "{\"ids\": [\"" + ofShop + "\", \"" + ofFarm + "\", \"" + ofNone + "\", \"0-999999\"]}");
        assertThat(named.path("replayed").asInt()).isEqualTo(1);
        assertThat(named.path("cannot").findValuesAsText("id")).containsExactly(ofFarm, ofNone, "0-999999");
        assertThat(named.path("cannot").findValuesAsText("detail"))
                .hasSize(3)
                .containsOnly(named.path("cannot").get(2).path("detail").asText());
        assertThat(inferences.all()).hasSize(1);

        JsonNode all = replay(admin, "{\"filter\": {\"reason\": \"json_invalid\"}, \"dry_run\": true}");
        assertThat(all.path("matched").asInt()).isEqualTo(3);
        assertThat(all.path("skipped").asInt()).isEqualTo(1);
    }

    @Test
    void countsAreTheJobsTotalsForThoseWhoSeeEverything() {
        database.useHandle(handle -> {
            // A job that ended, a parallelism that is over, and one that runs with two subtasks.
            progress(handle, "old", 0, 1, "2026-01-01T00:00:00Z", "{\"dead_lettered.internal\": 1000}");
            progress(handle, "new", 0, 4, "2026-02-01T00:00:00Z", "{\"dead_lettered.internal\": 500}");
            progress(
                    handle,
                    "new",
                    0,
                    2,
                    "2026-03-01T00:00:00Z",
                    "{\"accepted\": 9, \"dead_lettered.internal\": 2, \"dead_lettered.json_invalid\": 5}");
            progress(handle, "new", 1, 2, "2026-03-01T00:00:00Z", "{\"dead_lettered.from_tomorrow\": 1}");
            for (String row : List.of(
                    "'shop-1', 'dead_lettered', 'json_invalid', 0, 3, 'first'",
                    "'shop-1', 'dead_lettered', 'json_invalid', 1, 4, 'second'",
                    "'shop-1', 'accepted', '', 0, 100, NULL",
                    "'farm-1', 'dead_lettered', 'internal', 0, 2, 'bug'")) {
                handle.execute("INSERT INTO model_ingest (model_id, outcome, reason, slot, count, detail) VALUES ("
                        + row + ")");
            }
        });

        JsonNode all = admin.get(PATH + "/reasons").json();
        assertThat(all.path("exact").asBoolean()).isTrue();
        assertThat(all.path("counted_at").asText()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(reasons(all)).containsExactly("from_tomorrow 1", "internal 2", "json_invalid 5");
        assertThat(all.at("/reasons/0/sentence").isNull()).isTrue();
        assertThat(all.at("/reasons/1/blame").asText()).isEqualTo("bug");
        assertThat(all.at("/reasons/2/sentence").asText()).isEqualTo("the body is not JSON in UTF-8");
        assertThat(all.path("models")).hasSize(2);
        assertThat(reasons(admin.get(PATH + "/reasons?reason=internal").json())).containsExactly("internal 2");

        Client shop = caller("shop-counts", "{\"shop\": [\"reader\"]}");
        JsonNode some = shop.get(PATH + "/reasons").json();
        assertThat(some.path("exact").asBoolean()).isFalse();
        assertThat(some.path("counted_at").isNull()).isTrue();
        assertThat(reasons(some)).containsExactly("json_invalid 7");
        assertThat(some.path("models")).singleElement().satisfies(model -> {
            assertThat(model.path("model_id").asText()).isEqualTo("shop-1");
            assertThat(model.path("count").asInt()).isEqualTo(7);
            assertThat(model.path("detail").asText()).isIn("first", "second");
        });
        assertThat(reasons(shop.get(PATH + "/reasons?model_id=farm-1").json())).isEmpty();
        assertThat(reasons(admin.get(PATH + "/reasons?model_id=farm-1").json())).containsExactly("internal 2");
        assertThat(admin.get(PATH + "/reasons?limit=1").json().path("models")).hasSize(1);
    }

    private static void progress(Handle handle, String job, int subtask, int parallelism, String at, String totals) {
        handle.execute(
                "INSERT INTO router_progress (job_id, role, subtask, parallelism, started_at, version, totals, heartbeat)"
                        + " VALUES (?, 'route', ?, ?, ?::timestamptz, 1, ?::jsonb, ?::timestamptz)"
                        + " ON CONFLICT (job_id, role, subtask) DO UPDATE SET parallelism = excluded.parallelism,"
                        + " started_at = excluded.started_at, totals = excluded.totals, heartbeat = excluded.heartbeat",
                job,
                subtask,
                parallelism,
                at,
                totals,
                at);
    }

    private static List<String> reasons(JsonNode answer) {
        List<String> reasons = new ArrayList<>();
        answer.path("reasons").forEach(each -> reasons.add(each.path("reason").asText() + " " + each.path("count")));
        return reasons;
    }

    private static void unknown(Client caller, String foreign, String rest) {
        Answer answer = caller.get(PATH + "/" + foreign + rest);
        Answer none = caller.get(PATH + "/0-999999" + rest);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.textOfAnyCall().replace(foreign, "0-999999")).isEqualTo(none.textOfAnyCall());
    }

    private static JsonNode replay(Client caller, String body) {
        Answer answer = caller.post(PATH + "/replay", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> ids(Client caller, String query) {
        return caller.get(PATH + query).json().path("items").findValuesAsText("id");
    }

    private static String write(TestLetter letter) {
        return "0-"
                + letters.write(List.of(
                                letter.from(inferences.name(), 0, letters.all().size(), 1)
                                        .on(letters, 0)))
                        .offset();
    }

    private static Client caller(String name, String roles) {
        Answer made = admin.post("/api/v1/tokens", "{\"name\": \"" + name + "\", \"roles\": " + roles + "}");
        made(made);
        return anyone.as(made.json().path("token").asText());
    }

    private static void made(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isLessThan(300);
    }
}
