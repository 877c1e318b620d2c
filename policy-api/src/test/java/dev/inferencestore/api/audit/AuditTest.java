package dev.inferencestore.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit log as callers list it. Entries are an hour apart, the last at noon. */
class AuditTest {
    private static final String ADD = """
            INSERT INTO audit_log (at, actor, action, project_id, model_id, before, after)
            VALUES ('2026-11-22T%s:00:00Z', '%s', '%s', '%s', %s, %s, '{"n": %s}')""";

    private final TestServers.Store store = TestServers.newStore();
    private PolicyApi api;
    private Client client;

    @BeforeEach
    void start() {
        api = PolicyApi.start(store.settings(false));
        client = new Client(api);
        add("08", "ann", "model.register", "street", "'cam'", "NULL", 1);
        add("09", "bob", "retention-policy.set", "street", "'cam'", "'{\"n\": 1}'", 2);
        add("10", "ann", "model.register", "field", "'drone'", "NULL", 3);
        add("11", "ann", "retention-limit.set", "street", "NULL", "NULL", 4);
        add("12", "bob", "retention-policy.set", "field", "'drone'", "NULL", 5);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anEntrySaysWhoWhatBeforeAndAfter() {
        JsonNode entries = client.get("/api/v1/audit").json().path("items");

        assertThat(entries).hasSize(5);
        JsonNode changed = entries.get(3);
        assertThat(changed.path("id").isIntegralNumber()).isTrue();
        assertThat(changed.path("at").asText()).isEqualTo("2026-11-22T09:00:00Z");
        assertThat(changed.path("actor").asText()).isEqualTo("bob");
        assertThat(changed.path("action").asText()).isEqualTo("retention-policy.set");
        assertThat(changed.path("project_id").asText()).isEqualTo("street");
        assertThat(changed.path("model_id").asText()).isEqualTo("cam");
        assertThat(changed.at("/before/n").asLong()).isEqualTo(1);
        assertThat(changed.at("/after/n").asLong()).isEqualTo(2);
        assertThat(entries.get(1).path("model_id").isNull()).isTrue();
        assertThat(entries.get(1).path("before").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 5 4 3 2 1",
        "model_id=cam, 2 1",
        "project_id=street, 4 2 1",
        "actor=bob, 5 2",
        "action=model.register, 3 1",
        "start=2026-11-22T11:00:00Z, 5 4",
        "end=2026-11-22T11:00:00Z, 3 2 1",
        "start=2026-11-22T09:00:00Z&end=2026-11-22T12:00:00Z&actor=ann, 4 3",
        "project_id=street&actor=bob&action=retention-policy.set&model_id=cam, 2",
        "model_id=unknown, ''",
        "start=0000-01-01T00:00:00Z&end=9999-12-31T23:59:59.999999999-18:00, 5 4 3 2 1",
        "limit=2, 5 4",
    })
    void filtersGoTogether(String filter, String found) {
        Answer answer = client.get("/api/v1/audit?" + filter);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(numbers(answer)).isEqualTo(found);
    }

    @Test
    void pagesStayRightWhileEntriesArrive() {
        add("12", "bob", "same.moment", "field", "NULL", "NULL", 6);
        List<String> pages = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = client.get("/api/v1/audit?limit=2" + cursor);
            pages.add(numbers(page));
            JsonNode next = page.json().path("next_cursor");
            cursor = next.isNull() ? "" : "&cursor=" + next.asText();
            add("13", "cid", "arrived", "street", "NULL", "NULL", 9);
        } while (!cursor.isEmpty());

        assertThat(pages).containsExactly("6 5", "4 3", "2 1");
    }

    @Test
    void whatIsDoneThroughTheApiIsFoundByItsProject() {
        client.put("/api/v1/models/m", "{\"project_id\": \"shop\", \"task_type\": \"t\"}");
        client.put(
                "/api/v1/projects/shop/default-retention-policy",
                "{\"maximum_record_age\": 1, \"maximum_blob_age\": 1, \"delete_action\": \"soft\","
                        + " \"automated_interval\": 1}");
        client.put("/api/v1/projects/shop/retention-limit", "{\"maximum_record_age\": 1, \"maximum_blob_age\": 1}");

        JsonNode entries = client.get("/api/v1/audit?project_id=shop").json().path("items");

        assertThat(entries)
                .extracting(entry -> entry.path("action").asText() + " "
                        + entry.path("model_id").asText())
                .containsExactly(
                        "retention-limit.set null",
                        "retention-policy.set m",
                        "retention-default-policy.set null",
                        "model.register m");
        assertThat(entries).extracting(entry -> entry.path("actor").asText()).containsOnly("anonymous@127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model_id=-x",
                "project_id=a%20b",
                "actor=%00",
                "action=",
                "start=yesterday",
                "end=2026-01-01T00:00:00Z&start=2026-01-01T00:00:00Z",
                "limit=0",
                "limit=1001",
                "cursor=djE6bQ",
                "colour=red"
            })
    void aFilterThatBreaksARule(String filter) {
        Answer answer = client.get("/api/v1/audit?" + filter);

        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.errors()).startsWith(filter.substring(0, filter.indexOf('=')) + " ");
        assertThat(answer.errors().lines()).hasSize(1);
    }

    /** The numbers of a page's entries, in its order. */
    private static String numbers(Answer page) {
        List<String> numbers = new ArrayList<>();
        page.json()
                .path("items")
                .forEach(entry -> numbers.add(entry.at("/after/n").asText()));
        return String.join(" ", numbers);
    }

    private void add(
            String hour, String actor, String action, String project, String model, String before, int number) {
        Jdbi.create(store.database())
                .useHandle(
                        handle -> handle.execute(ADD.formatted(hour, actor, action, project, model, before, number)));
    }
}
