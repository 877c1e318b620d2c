package dev.inferencestore.api.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.registration.ModelRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final String CHURN = """
            {"project_id": "shop", "task_type": "classification", "name": "Churn",
             "sources": [{"format": "kserve", "namespace": "prod", "inference_service": "churn"}]}
            """;

    private static TestServers.Store store;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aNewModelIsShownWithAllThatWasSaidAndStorageOff() {
        Answer made = client.put("/api/v1/models/churn", CHURN);

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Location")).isEqualTo("/api/v1/models/churn");
        JsonNode model = made.json();
        assertThat(made.header("ETag")).isEqualTo("\"" + model.path("version").asLong() + "\"");
        assertThat(model.path("model_id").asText()).isEqualTo("churn");
        assertThat(model.path("project_id").asText()).isEqualTo("shop");
        assertThat(model.path("task_type").asText()).isEqualTo("classification");
        assertThat(model.path("name").asText()).isEqualTo("Churn");
        assertThat(model.at("/sources/0/inference_service").asText()).isEqualTo("churn");
        assertThat(model.at("/storage/enabled").asBoolean()).isFalse();
        assertThat(model.at("/storage/in_effect").asBoolean()).isFalse();
        assertThat(model.at("/storage/in_effect_reason").asText()).isEqualTo("no job is running");
        assertThat(model.path("stored").toString())
                .isEqualTo("{\"records\":0,\"inputs\":0,\"bytes\":0,\"oldest\":null,\"newest\":null}");
        assertThat(model.path("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        assertThat(client.get("/api/v1/models/churn").json()).isEqualTo(model);
    }

    @Test
    void askingForTheSameAgainMakesNoNewVersion() {
        long first = client.put("/api/v1/models/same", churn("same"))
                .json()
                .path("version")
                .asLong();

        Answer again = client.put("/api/v1/models/same", churn("same"));

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("version").asLong()).isEqualTo(first);
        assertThat(outboxOf("same")).hasSize(1);
        assertThat(auditOf("same")).containsExactly("model.register");
    }

    @Test
    void replacingARegistrationKeepsStorageAndDropsWhatIsLeftOut() {
        client.put("/api/v1/models/replaced", churn("replaced"));
        client.put("/api/v1/models/replaced/storage", "{\"enabled\": true}");

        Answer replaced =
                client.put("/api/v1/models/replaced", "{\"project_id\": \"other\", \"task_type\": \"ranking\"}");

        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().at("/storage/enabled").asBoolean()).isTrue();
        assertThat(replaced.json().path("name").isNull()).isTrue();
        assertThat(replaced.json().path("sources")).isEmpty();
        assertThat(auditOf("replaced")).containsExactly("model.register", "storage.enable", "model.update");
        List<ControlRecord> records = outboxOf("replaced");
        assertThat(records).extracting(ControlRecord::enabled).containsExactly(false, true, true);
        assertThat(records).extracting(ControlRecord::generation).containsOnly(1L);
        assertThat(new ModelRegistry(store.database()).loadAll()).contains(records.get(2));
    }

    @Test
    void theAuditLogHasWhoWhatBeforeAndAfter() {
        client.put("/api/v1/models/audited", churn("audited"));
        client.put("/api/v1/models/audited/storage", "{\"enabled\": true}");

        String last = Jdbi.create(store.database())
                .withHandle(
                        handle -> handle.createQuery("""
                        SELECT actor || ' ' || (before->>'storage_enabled') || ' ' || (after->>'storage_enabled')
                        FROM audit_log WHERE model_id = 'audited' ORDER BY audit_id DESC LIMIT 1""").mapTo(String.class).one());

        assertThat(last).isEqualTo("anonymous@127.0.0.1 false true");
    }

    @Test
    void aStaleIfMatchChangesNothing() {
        Answer made = client.put("/api/v1/models/guarded", churn("guarded"));
        String stale = made.header("ETag");
        Answer enabled = client.put("/api/v1/models/guarded/storage", "{\"enabled\": true}", "If-Match", stale);
        assertThat(enabled.status()).isEqualTo(200);

        Answer refused = client.put("/api/v1/models/guarded/storage", "{\"enabled\": false}", "If-Match", stale);
        Answer replaced =
                client.put("/api/v1/models/guarded", churn("guarded").replace("Churn", "New"), "If-Match", stale);

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.json().path("detail").asText())
                .contains(enabled.json().path("version").asText());
        assertThat(replaced.status()).isEqualTo(412);
        assertThat(client.get("/api/v1/models/guarded").json()).isEqualTo(enabled.json());
    }

    @Test
    void ifMatchAndIfNoneMatchTellCreatingFromReplacing() {
        assertThat(client.put("/api/v1/models/once", churn("once"), "If-Match", "*")
                        .status())
                .isEqualTo(412);
        assertThat(client.put("/api/v1/models/once", churn("once"), "If-None-Match", "*")
                        .status())
                .isEqualTo(201);
        assertThat(client.put("/api/v1/models/once", churn("once"), "If-None-Match", "*")
                        .status())
                .isEqualTo(412);
        assertThat(client.put("/api/v1/models/once", churn("once"), "If-Match", "*")
                        .status())
                .isEqualTo(200);
        assertThat(client.put("/api/v1/models/once", churn("once"), "If-Match", "12")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void twoCallersWhoRegisterOneModelAtOnceBothSucceedAndOneCreatesIt() {
        for (int round = 0; round < 10; round++) {
            String path = "/api/v1/models/race-" + round;
            List<CompletableFuture<Answer>> calls = Stream.of("a", "b", "c", "d")
                    .map(name -> client.putLater(path, churn(path).replace("Churn", name)))
                    .toList();

            List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();

            assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 200, 200, 200);
            JsonNode last = client.get(path).json();
            Answer winner = answers.stream()
                    .max((a, b) -> Long.compare(
                            a.json().path("version").asLong(),
                            b.json().path("version").asLong()))
                    .orElseThrow();
            assertThat(last).isEqualTo(winner.json());
            assertThat(outboxOf("race-" + round)).hasSize(4);
        }
    }

    @Test
    void callersWhoChangeOneModelAtOnceLoseNoUpdateToEachOther() {
        client.put("/api/v1/models/busy", churn("busy"));
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(
                    i % 2 == 0
                            ? client.putLater(
                                    "/api/v1/models/busy", churn("busy").replace("Churn", "name " + i))
                            : client.putLater("/api/v1/models/busy/storage", "{\"enabled\": " + (i % 4 == 1) + "}"));
        }
        assertThat(calls.stream().map(CompletableFuture::join)).allMatch(answer -> answer.status() == 200);

        List<ControlRecord> records = outboxOf("busy");

        assertThat(records).extracting(ControlRecord::version).isSorted().doesNotHaveDuplicates();
        for (int i = 1; i < records.size(); i++) {
            ControlRecord before = records.get(i - 1);
            ControlRecord after = records.get(i);
            boolean renamed = !String.valueOf(before.name()).equals(String.valueOf(after.name()));
            boolean switched = before.enabled() != after.enabled();
            assertThat(renamed ^ switched).as("one change a version").isTrue();
        }
        assertThat(client.get("/api/v1/models/busy").json().path("version").asLong())
                .isEqualTo(records.get(records.size() - 1).version());
    }

    @Test
    void theListIsPagedAndFiltered() {
        for (int i = 0; i < 5; i++) {
            client.put("/api/v1/models/page-" + i, "{\"project_id\": \"paged\", \"task_type\": \"t\"}");
        }
        client.put("/api/v1/models/page-3/storage", "{\"enabled\": true}");

        List<String> ids = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = client.get("/api/v1/models?project_id=paged&limit=2" + cursor)
                    .json();
            page.path("items").forEach(item -> ids.add(item.path("model_id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
            pages++;
        } while (!cursor.isEmpty());

        assertThat(ids).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
        assertThat(pages).isEqualTo(3);
        assertThat(client.get("/api/v1/models?project_id=paged&enabled=true")
                        .json()
                        .path("items"))
                .hasSize(1);
        assertThat(client.get("/api/v1/models?project_id=paged&enabled=false")
                        .json()
                        .path("items"))
                .hasSize(4);
    }

    @Test
    void whatIsStoredIsAddedUpOverHoursAndWriters() {
        client.put("/api/v1/models/stored", churn("stored"));
        Jdbi.create(store.database()).useHandle(handle -> handle.execute("""
                INSERT INTO model_hours (model_id, hour, slot, records, inputs, bytes, oldest, newest) VALUES
                ('stored', '2026-01-01 10:00Z', 0, 3, 2, 200, '2026-01-01 10:01Z', '2026-01-01 10:59Z'),
                ('stored', '2026-01-01 10:00Z', 1, 1, 1, 50, '2026-01-01 10:00:30Z', '2026-01-01 10:30Z'),
                ('stored', '2026-01-01 09:00Z', 0, 0, 0, 0, '2026-01-01 09:00Z', '2026-01-01 09:30Z')"""));

        JsonNode stored = client.get("/api/v1/models/stored").json().path("stored");

        assertThat(stored.toString())
                .isEqualTo("{\"records\":4,\"inputs\":3,\"bytes\":250,"
                        + "\"oldest\":\"2026-01-01T10:00:30Z\",\"newest\":\"2026-01-01T10:59:00Z\"}");
    }

    private static List<ControlRecord> outboxOf(String modelId) {
        return Jdbi.create(store.database()).withHandle(handle -> handle.createQuery(
                        "SELECT record FROM control_outbox WHERE model_id = ? ORDER BY control_version")
                .bind(0, modelId)
                .mapTo(String.class)
                .map(record -> ControlRecordCodec.decode(record.getBytes(StandardCharsets.UTF_8)))
                .list());
    }

    private static List<String> auditOf(String modelId) {
        return Jdbi.create(store.database()).withHandle(handle -> handle.createQuery(
                        "SELECT action FROM audit_log WHERE model_id = ? ORDER BY audit_id")
                .bind(0, modelId)
                .mapTo(String.class)
                .list());
    }

    /** The same for another model: no two have one source. */
    private static String churn(String modelId) {
        return CHURN.replace("\"inference_service\": \"churn\"", "\"inference_service\": \"" + modelId + "\"");
    }
}
