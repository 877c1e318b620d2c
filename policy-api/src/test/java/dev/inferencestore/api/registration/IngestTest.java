package dev.inferencestore.api.registration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.SimulatedJob;
import dev.inferencestore.api.TestServers;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IngestTest {
    private TestServers.Store store;
    private PolicyApi api;
    private Client client;

    @BeforeEach
    void start() {
        store = TestServers.newStore();
        api = PolicyApi.start(store.settings(false));
        client = new Client(api);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aModelThatIsNotRegisteredIsToldHowOftenItWasNamed() {
        sql("INSERT INTO unmatched_sources (name, topic, count, last_seen)"
                + " VALUES ('churn', 'inferences', 42, '2026-01-02 03:04:05Z')");

        Answer named = client.get("/api/v1/models/churn/ingest");
        Answer never = client.get("/api/v1/models/other/ingest");

        assertThat(named.status()).isEqualTo(404);
        assertThat(named.json().path("detail").asText())
                .contains("42 events name it, the last one at 2026-01-02T03:04:05Z");
        assertThat(never.status()).isEqualTo(404);
        assertThat(never.json().path("detail").asText()).contains("no event that names it has been seen");
    }

    @Test
    void aModelWithoutEventsIsToldWhatIsSwitchedOffAndWhichNamesAreSeen() {
        register();
        sql("INSERT INTO unmatched_sources (name, topic, count) VALUES ('prod/chrun', 'inferences', 7)");

        JsonNode ingest = client.get("/api/v1/models/churn/ingest").json();

        assertThat(ingest.path("last_event_at").isNull()).isTrue();
        assertThat(ingest.path("hints").toString())
                .contains("Storage is disabled")
                .contains("No job is running")
                .contains("No event that names this model has been seen. Events name models that are not registered:"
                        + " 'prod/chrun'");
    }

    @Test
    void countsAreAddedUpOverWritersAndTheLastDeadLetterIsShown() {
        register();
        sql("""
                INSERT INTO model_ingest (model_id, outcome, reason, slot, count, last_at, detail) VALUES
                ('churn', 'accepted', '', 0, 10, '2026-01-01 10:00Z', null),
                ('churn', 'accepted', '', 1, 5, '2026-01-01 10:05Z', null),
                ('churn', 'inserted', '', 0, 11, '2026-01-01 10:05Z', null),
                ('churn', 'already_there', '', 0, 1, '2026-01-01 10:05Z', null),
                ('churn', 'refused', 'below_floor', 0, 2, '2026-01-01 10:05Z', null),
                ('churn', 'conflicting', '', 0, 1, '2026-01-01 10:05Z', null),
                ('churn', 'turned_away', 'disabled', 0, 4, '2026-01-01 09:00Z', null),
                ('churn', 'dead_lettered', 'no_id', 0, 2, '2026-01-01 10:06Z', 'header ce-id is missing'),
                ('churn', 'dead_lettered', 'not_json', 1, 1, '2026-01-01 08:00Z', 'byte 3')""");

        JsonNode ingest = client.get("/api/v1/models/churn/ingest").json();

        assertThat(ingest.path("accepted").asLong()).isEqualTo(15);
        assertThat(ingest.path("inserted").asLong()).isEqualTo(11);
        assertThat(ingest.path("already_there").asLong()).isEqualTo(1);
        assertThat(ingest.path("refused").toString()).isEqualTo("{\"below_floor\":2}");
        assertThat(ingest.path("conflicting").asLong()).isEqualTo(1);
        assertThat(ingest.path("turned_away").toString()).isEqualTo("{\"disabled\":4}");
        assertThat(ingest.path("dead_lettered").toString()).isEqualTo("{\"no_id\":2,\"not_json\":1}");
        assertThat(ingest.path("last_event_at").asText()).isEqualTo("2026-01-01T10:06:00Z");
        assertThat(ingest.path("last_dead_letter").toString())
                .isEqualTo(
                        "{\"at\":\"2026-01-01T10:06:00Z\",\"reason\":\"no_id\",\"detail\":\"header ce-id is missing\"}");
        assertThat(ingest.path("hints").toString())
                .contains("4 events were turned away: disabled 4.")
                .contains("3 events are dead letters: no_id 2, not_json 1.")
                .contains("2 records were refused")
                .contains("1 record has the id, time and part of another one");
    }

    @Test
    void aModelWhoseEventsAreStoredHasNoHints() {
        register();
        long version = client.put("/api/v1/models/churn/storage", "{\"enabled\": true}")
                .json()
                .path("version")
                .asLong();
        new SimulatedJob(store.database(), "job", 1).allRoute(version);
        sql("INSERT INTO model_ingest (model_id, outcome, slot, count) VALUES"
                + " ('churn', 'accepted', 0, 2), ('churn', 'inserted', 0, 2)");

        assertThat(client.get("/api/v1/models/churn/ingest").json().path("hints"))
                .isEmpty();
    }

    @Test
    void topicsThatSourcesNameAreShownWithWhatIsWrongWithThem() {
        client.put("/api/v1/models/churn", """
                {"project_id": "p", "task_type": "t", "sources": [
                    {"format": "plain", "topic": "read"}, {"format": "plain", "topic": "forbidden"},
                    {"format": "plain", "topic": "refused"}, {"format": "plain", "topic": "stale"},
                    {"format": "seldon", "namespace": "shop", "model": "churn"}]}""");
        sql("""
                UPDATE source_topics SET checked_at = clock_timestamp(), state = CASE topic
                    WHEN 'read' THEN 'reading' WHEN 'forbidden' THEN 'forbidden' WHEN 'refused' THEN 'refused'
                    ELSE 'missing' END""");
        sql("UPDATE source_topics SET detail = 'the user may not' WHERE topic = 'forbidden'");
        sql("UPDATE source_topics SET detail = 'it is ours' WHERE topic = 'refused'");
        sql("UPDATE source_topics SET state = 'reading', checked_at = '2026-01-01 10:00Z' WHERE topic = 'stale'");
        sql("UPDATE source_topics SET state = 'unknown', checked_at = null WHERE topic LIKE '%.outputs'");

        JsonNode ingest = client.get("/api/v1/models/churn/ingest").json();

        JsonNode topics = ingest.path("topics");
        assertThat(topics.findValuesAsText("topic"))
                .containsExactly(
                        "forbidden",
                        "read",
                        "refused",
                        "seldon.shop.model.churn.inputs",
                        "seldon.shop.model.churn.outputs",
                        "stale");
        assertThat(topics.findValuesAsText("state"))
                .containsExactly("forbidden", "reading", "refused", "missing", "unknown", "unknown");
        assertThat(topics.get(0).path("detail").asText()).isEqualTo("the user may not");
        assertThat(topics.get(1).path("detail").isNull()).isTrue();
        assertThat(topics.get(1).path("since").asText()).isNotEmpty();
        assertThat(topics.get(4).path("checked_at").isNull()).isTrue();
        assertThat(topics.get(5).path("checked_at").asText()).isEqualTo("2026-01-01T10:00:00Z");
        assertThat(ingest.path("hints").toString())
                .contains("The topic 'forbidden', which a source names, may not be read: the user may not. Let")
                .contains("The topic 'refused', which a source names, is never read: it is ours. Name another one.")
                .contains("The topic 'seldon.shop.model.churn.inputs', which a source names, does not exist (yet)")
                .contains("The topic 'stale', which a source names, is maybe not read: no job has looked at it since"
                        + " 2026-01-01T10:00:00Z, when it was 'reading'.")
                .as("no job runs, which is said before")
                .doesNotContain("churn.outputs")
                .doesNotContain("'read'");

        new SimulatedJob(store.database(), "job", 1).allRoute(1);
        assertThat(client.get("/api/v1/models/churn/ingest")
                        .json()
                        .path("hints")
                        .toString())
                .contains(
                        "The topic 'seldon.shop.model.churn.outputs', which a source names, has not been looked at yet");
    }

    @Test
    void theStoresOwnTopicsAndKafkasAreNoSources() {
        for (String topic : List.of(store.topic(), store.eventsTopic(), "__consumer_offsets")) {
            Answer answer = client.put(
                    "/api/v1/models/churn",
                    "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": [{\"format\": \"plain\", \"topic\": \""
                            + topic + "\"}]}");

            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.json().path("errors").toString())
                    .contains("sources[0]")
                    .contains("names the topic '" + topic + "', which is the store's own, or Kafka's");
        }
    }

    @Test
    void unmatchedNamesAreListedNewestFirst() {
        sql("""
                INSERT INTO unmatched_sources (name, topic, count, last_seen) VALUES
                ('old', 'inferences', 1, '2026-01-01Z'), ('new', 'inferences', 3, '2026-01-03Z'),
                ('middle', 'inferences', 2, '2026-01-02Z')""");

        JsonNode items = client.get("/api/v1/unmatched-sources?limit=2").json().path("items");

        assertThat(items.findValuesAsText("name")).containsExactly("new", "middle");
        assertThat(items.get(0).path("count").asLong()).isEqualTo(3);
        assertThat(items.get(0).path("last_seen").asText()).isEqualTo("2026-01-03T00:00:00Z");
    }

    private void register() {
        client.put("/api/v1/models/churn", "{\"project_id\": \"p\", \"task_type\": \"t\"}");
    }

    private void sql(String statement) {
        Jdbi.create(store.database()).useHandle(handle -> handle.execute(statement));
    }
}
