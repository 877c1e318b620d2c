package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.ReplayApi.PATH;
import static dev.inferencestore.api.deadletter.ReplayApi.THEN;
import static dev.inferencestore.api.deadletter.TestTopic.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static ReplayApi api;

    @BeforeAll
    static void start() {
        api = new ReplayApi();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theEventIsSentAgainAsItCame() {
        String id = api.write(TestLetter.of("same")
                .header("ce_id", "e-1")
                .header("odd", null)
                .header("odd", "\u00e9")
                .header("dl_reason", "the sender's own")
                .header("inferencestore-deadletter", "9-9")
                .header("inferencestore-timestamp", "5")
                .key("k")
                .value(new byte[] {0, (byte) 0xff, '{'})
                .from(api.inferences.name(), 2, 17, THEN));

        JsonNode answer = api.replay("{\"ids\": [\"" + id + "\"]}");

        assertThat(ReplayApi.counts(answer)).isEqualTo("matched 1, replayed 1, skipped 0, cannot 0");
        assertThat(answer.path("next_cursor").isNull()).isTrue();
        ConsumerRecord<byte[], byte[]> event =
                ReplayApi.sent(api.inferences, id).get(0);
        assertThat(event.key()).isEqualTo(utf8("k"));
        assertThat(event.value()).isEqualTo(new byte[] {0, (byte) 0xff, '{'});
        // Of an earlier time, Kafka might remove it before the job has seen it.
        assertThat(event.timestamp()).isGreaterThan(THEN + 3_000_000);
        assertThat(event.partition()).isEqualTo(2);
        assertThat(Stream.of(event.headers().toArray())
                        .map(header -> header.key() + "=" + ReplayApi.text(header.value()))
                        .toList())
                .containsExactly(
                        "ce_id=e-1",
                        "odd=null",
                        "odd=\u00e9",
                        "dl_reason=the sender's own",
                        "inferencestore-deadletter=" + id,
                        "inferencestore-timestamp=" + THEN);
    }

    @Test
    void itIsRememberedAndSkippedUnlessItIsWantedAgain() {
        String id = api.write(TestLetter.of("again").from(api.inferences.name(), 0, 101, THEN));
        // The same event, as a crash leaves it.
        String copy = api.write(TestLetter.of("again").from(api.inferences.name(), 0, 101, THEN));
        String filter = "{\"filter\": {\"model_id\": \"again\"}";

        assertThat(ReplayApi.counts(api.replay(filter + "}"))).isEqualTo("matched 1, replayed 1, skipped 1, cannot 0");
        assertThat(ReplayApi.counts(api.replay(filter + "}"))).isEqualTo("matched 0, replayed 0, skipped 2, cannot 0");
        assertThat(ReplayApi.counts(api.replay(filter + ", \"again\": true}")))
                .isEqualTo("matched 1, replayed 1, skipped 1, cannot 0");

        assertThat(ReplayApi.sent(api.inferences, id)).hasSize(2);
        for (String letter : List.of(id, copy)) {
            JsonNode replayed = api.client.get(PATH + "/" + letter).json().path("replayed");
            assertThat(replayed.path("times").asInt()).isEqualTo(2);
            assertThat(replayed.path("by").asText()).startsWith("anonymous@");
            assertThat(replayed.path("bytes_from").asText()).isEqualTo("letter");
        }
        assertThat(api.client
                        .get(PATH + "?model_id=again")
                        .json()
                        .at("/items/0/replayed/times")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void whoReplayedWhatIsInTheAuditLog() {
        api.client.put("/api/v1/models/audited", "{\"project_id\": \"shop\", \"task_type\": \"t\"}");
        String first = api.write(TestLetter.of("audited").because("audit_me").from(api.inferences.name(), 0, 1, 1));
        String second = api.write(TestLetter.of("audited").because("audit_me").from(api.inferences.name(), 0, 2, 1));
        String unknown = api.write(TestLetter.letter().because("audit_me").from(api.inferences.name(), 0, 3, 1));

        api.replay("{\"filter\": {\"reason\": \"audit_me\"}}");

        JsonNode entries = api.client
                .get("/api/v1/audit?action=dead-letters.replay&model_id=audited")
                .json()
                .path("items");
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).path("project_id").asText()).isEqualTo("shop");
        assertThat(entries.get(0).path("after").toString())
                .isEqualTo("{\"letters\":[\"" + first + " to " + second + "\"],\"replayed\":2}");
        assertThat(api.client
                        .get("/api/v1/audit?action=dead-letters.replay&project_id=*")
                        .text())
                .contains("[\"" + unknown + "\"]");
    }

    @Test
    void anEventWithoutATimeIsOfWhenItIsReplayed() {
        String untimed = api.write(TestLetter.of("untimed").from(api.inferences.name(), 0, 1, -1));

        assertThat(ReplayApi.counts(api.replay("{\"ids\": [\"" + untimed + "\"]}")))
                .isEqualTo("matched 1, replayed 1, skipped 0, cannot 0");

        assertThat(ReplayApi.sent(api.inferences, untimed)).singleElement().satisfies(event -> assertThat(
                        ReplayApi.header(event, "inferencestore-timestamp"))
                .isEqualTo("none"));
    }

    @Test
    void anEventThatWasCutIsTakenFromItsOwnTopic() {
        byte[] large = new byte[33_000_000];
        large[large.length - 1] = 7;
        RecordMetadata at = api.inferences.write(List.of(new ProducerRecord<>(
                api.inferences.name(), 1, THEN, utf8("key"), large, List.of(ReplayApi.header("ce_id", "large")))));
        long size = (long) large.length + "keyce_idlarge".length();
        String id = api.write(
                TestLetter.of("cut").value(large).cut(size).from(api.inferences.name(), 1, at.offset(), THEN));
        // Where another event stands since the topic was made anew.
        long elsewhere = api.inferences
                .write(List.of(new ProducerRecord<>(api.inferences.name(), 1, THEN, utf8("key"), utf8("x"))))
                .offset();
        String other =
                api.write(TestLetter.of("cut").value(large).cut(size).from(api.inferences.name(), 1, elsewhere, THEN));
        String otherTime = api.write(
                TestLetter.of("cut").value(large).cut(size).from(api.inferences.name(), 1, at.offset(), THEN + 1));
        String gone =
                api.write(TestLetter.of("cut").value(large).cut(size).from(api.inferences.name(), 1, 999_999, THEN));

        int replayed = 0;
        List<String> cannot = new ArrayList<>();
        String cursor = "";
        do {
            // One that large is enough for a call.
            JsonNode answer = api.replay("{\"filter\": {\"model_id\": \"cut\"}}", cursor);
            replayed += answer.path("replayed").asInt();
            answer.path("cannot").forEach(each -> cannot.add(each.path("id").asText() + each.path("reason")));
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
        } while (!cursor.isEmpty());

        assertThat(replayed).isEqualTo(1);
        ConsumerRecord<byte[], byte[]> event =
                ReplayApi.sent(api.inferences, id).get(0);
        assertThat(event.value()).isEqualTo(large);
        assertThat(event.key()).isEqualTo(utf8("key"));
        assertThat(ReplayApi.header(event, "ce_id")).isEqualTo("large");
        assertThat(event.partition()).isEqualTo(1);
        assertThat(api.client
                        .get(PATH + "/" + id)
                        .json()
                        .at("/replayed/bytes_from")
                        .asText())
                .isEqualTo("topic");
        assertThat(api.client.get(PATH + "/" + id).json().path("cut").asBoolean())
                .isTrue();
        assertThat(api.client.get(PATH + "/" + id).json().path("size").asLong()).isEqualTo(size);
        assertThat(cannot)
                .containsExactlyInAnyOrder(
                        other + "\"cut_and_gone\"", otherTime + "\"cut_and_gone\"", gone + "\"cut_and_gone\"");
    }

    @Test
    void anEventThatMayNotBeKeptIsTakenFromItsOwnTopic() {
        long at = api.inferences
                .write(List.of(
                        new ProducerRecord<>(api.inferences.name(), 1, THEN, utf8("key"), utf8("secret"), List.of())))
                .offset();
        String id = api.write(TestLetter.of("withheld")
                .value(new byte[0])
                .cut("keysecret".length())
                .from(api.inferences.name(), 1, at, THEN));

        assertThat(ReplayApi.counts(api.replay("{\"ids\": [\"" + id + "\"]}")))
                .isEqualTo("matched 1, replayed 1, skipped 0, cannot 0");

        assertThat(ReplayApi.sent(api.inferences, id))
                .singleElement()
                .satisfies(event -> assertThat(ReplayApi.text(event.value())).isEqualTo("secret"));
    }

    @Test
    void eventsGoToTopicsThatTheStoreReadsAndNowhereElse() {
        TestTopic named = api.topic("named", 1, Map.of());
        List<String> topics = List.of(
                api.store.topic(),
                api.store.eventsTopic(),
                api.letters.name(),
                "__consumer_offsets",
                "of-nobody",
                "not a topic",
                named.name());
        List<String> ids = topics.stream()
                .map(topic -> api.write(TestLetter.of("where").from(topic, 0, 0, THEN)))
                .toList();
        String noPartition = api.write(TestLetter.of("where").from(api.inferences.name(), 3, 0, THEN));
        String body = "{\"filter\": {\"model_id\": \"where\"}}";

        JsonNode before = api.replay(body);
        assertThat(ReplayApi.counts(before)).isEqualTo("matched 0, replayed 0, skipped 0, cannot 8");
        assertThat(before.path("cannot"))
                .allSatisfy(each -> assertThat(each.path("reason").asText())
                        .isEqualTo(each.path("id").asText().equals(noPartition) ? "no_topic" : "topic_not_read"));

        // Whatever a registration says that an earlier version took, the store's own topics and Kafka's stay out of it.
        for (int i = 0; i < topics.size(); i++) {
            api.register("where-" + i, "{\"format\": \"plain\", \"topic\": \"where-" + i + "\"}");
            String name = topics.get(i);
            int number = i;
            api.database.useHandle(handle -> handle.execute(
                    "UPDATE models SET sources = replace(sources::text, model_id, ?)::jsonb WHERE model_id = ?",
                    name,
                    "where-" + number));
        }
        assertThat(ReplayApi.counts(api.replay(body))).isEqualTo("matched 1, replayed 1, skipped 0, cannot 7");
        assertThat(ReplayApi.sent(named, ids.get(6))).hasSize(1);

        api.client.delete("/api/v1/models/where-6");
        assertThat(ReplayApi.counts(api.replay("{\"ids\": [\"" + ids.get(6) + "\"], \"again\": true}")))
                .isEqualTo("matched 0, replayed 0, skipped 0, cannot 1");
        assertThat(ReplayApi.sent(named, ids.get(6))).hasSize(1);
    }

    @Test
    void whatWasReplayedIsForgottenWithItsLetter() {
        TestServers.Store other = TestServers.newStore();
        TestTopic own = api.topic("few", 1, Map.of());
        long last = own.write(IntStream.range(0, 3)
                        .mapToObj(i -> TestLetter.of("few")
                                .from(api.inferences.name(), 0, i, THEN)
                                .on(own, 0))
                        .toList())
                .offset();
        Jdbi tables = Jdbi.create(other.database());
        try (PolicyApi few = PolicyApi.start(other.settings(
                false, "--kafka.dead-letter-topic", own.name(), "--kafka.inferences-topic", api.inferences.name()))) {
            Client caller = new Client(few);
            caller.post(PATH + "/replay", "{\"filter\": {\"model_id\": \"few\"}}");
            assertThat(ReplayApi.remembered(tables)).isEqualTo(3);

            own.removeBefore(0, last);
            caller.post(PATH + "/replay", "{\"ids\": [\"0-" + last + "\"]}");

            assertThat(ReplayApi.remembered(tables)).isEqualTo(1);
        }
    }
}
