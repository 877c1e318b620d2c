package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.TestTopic.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.Tables;
import dev.inferencestore.api.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final String PATH = "/api/v1/dead-letters";
    private static final long THEN = System.currentTimeMillis() - 3_600_000;

    private static TestServers.Store store;
    private static TestTopic letters;
    private static TestTopic inferences;
    private static PolicyApi api;
    private static Client client;
    private static Jdbi database;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        letters = topic("dead", 2, Map.of("max.message.bytes", "36000000"));
        inferences = topic("inferences", 3, Map.of("max.message.bytes", "34000000"));
        api = PolicyApi.start(store.settings(
                false,
                "--kafka.dead-letter-topic",
                letters.name(),
                "--kafka.inferences-topic",
                inferences.name(),
                // Smaller than what came by Kafka itself.
                "--events.max-body",
                "64 KiB"));
        client = new Client(api);
        database = Jdbi.create(store.database());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theEventIsSentAgainAsItCame() {
        String id = write(TestLetter.of("same")
                .header("ce_id", "e-1")
                .header("odd", null)
                .header("odd", "\u00e9")
                .header("dl_reason", "the sender's own")
                .header("inferencestore-deadletter", "9-9")
                .header("inferencestore-timestamp", "5")
                .key("k")
                .value(new byte[] {0, (byte) 0xff, '{'})
                .from(inferences.name(), 2, 17, THEN));

        JsonNode answer = replay("{\"ids\": [\"" + id + "\"]}");

        assertThat(counts(answer)).isEqualTo("matched 1, replayed 1, skipped 0, cannot 0");
        assertThat(answer.path("next_cursor").isNull()).isTrue();
        ConsumerRecord<byte[], byte[]> event = sent(inferences, id).get(0);
        assertThat(event.key()).isEqualTo(utf8("k"));
        assertThat(event.value()).isEqualTo(new byte[] {0, (byte) 0xff, '{'});
        // Of an earlier time, Kafka might remove it before the job has seen it.
        assertThat(event.timestamp()).isGreaterThan(THEN + 3_000_000);
        assertThat(event.partition()).isEqualTo(2);
        assertThat(Stream.of(event.headers().toArray())
                        .map(header -> header.key() + "=" + text(header.value()))
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
        String id = write(TestLetter.of("again").from(inferences.name(), 0, 101, THEN));
        // The same event, as a crash leaves it.
        String copy = write(TestLetter.of("again").from(inferences.name(), 0, 101, THEN));
        String filter = "{\"filter\": {\"model_id\": \"again\"}";

        assertThat(counts(replay(filter + "}"))).isEqualTo("matched 1, replayed 1, skipped 1, cannot 0");
        assertThat(counts(replay(filter + "}"))).isEqualTo("matched 0, replayed 0, skipped 2, cannot 0");
        assertThat(counts(replay(filter + ", \"again\": true}")))
                .isEqualTo("matched 1, replayed 1, skipped 1, cannot 0");

        assertThat(sent(inferences, id)).hasSize(2);
        for (String letter : List.of(id, copy)) {
            JsonNode replayed = client.get(PATH + "/" + letter).json().path("replayed");
            assertThat(replayed.path("times").asInt()).isEqualTo(2);
            assertThat(replayed.path("by").asText()).startsWith("anonymous@");
            assertThat(replayed.path("bytes_from").asText()).isEqualTo("letter");
        }
        assertThat(client.get(PATH + "?model_id=again")
                        .json()
                        .at("/items/0/replayed/times")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void whoReplayedWhatIsInTheAuditLog() {
        client.put("/api/v1/models/audited", "{\"project_id\": \"shop\", \"task_type\": \"t\"}");
        String first = write(TestLetter.of("audited").because("audit_me").from(inferences.name(), 0, 1, 1));
        String second = write(TestLetter.of("audited").because("audit_me").from(inferences.name(), 0, 2, 1));
        String unknown = write(TestLetter.letter().because("audit_me").from(inferences.name(), 0, 3, 1));

        replay("{\"filter\": {\"reason\": \"audit_me\"}}");

        JsonNode entries = client.get("/api/v1/audit?action=dead-letters.replay&model_id=audited")
                .json()
                .path("items");
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).path("project_id").asText()).isEqualTo("shop");
        assertThat(entries.get(0).path("after").toString())
                .isEqualTo("{\"letters\":[\"" + first + " to " + second + "\"],\"replayed\":2}");
        assertThat(client.get("/api/v1/audit?action=dead-letters.replay&project_id=*")
                        .text())
                .contains("[\"" + unknown + "\"]");
    }

    @Test
    void anEventWithoutATimeIsOfWhenItIsReplayed() {
        String untimed = write(TestLetter.of("untimed").from(inferences.name(), 0, 1, -1));

        assertThat(counts(replay("{\"ids\": [\"" + untimed + "\"]}")))
                .isEqualTo("matched 1, replayed 1, skipped 0, cannot 0");

        assertThat(sent(inferences, untimed)).singleElement().satisfies(event -> assertThat(
                        header(event, "inferencestore-timestamp"))
                .isEqualTo("none"));
    }

    @Test
    void anEventThatWasCutIsTakenFromItsOwnTopic() {
        byte[] large = new byte[33_000_000];
        large[large.length - 1] = 7;
        RecordMetadata at = inferences.write(List.of(new ProducerRecord<>(
                inferences.name(), 1, THEN, utf8("key"), large, List.of(header("ce_id", "large")))));
        long size = (long) large.length + "keyce_idlarge".length();
        String id = write(TestLetter.of("cut").value(large).cut(size).from(inferences.name(), 1, at.offset(), THEN));
        // Where another event stands since the topic was made anew.
        long elsewhere = inferences
                .write(List.of(new ProducerRecord<>(inferences.name(), 1, THEN, utf8("key"), utf8("x"))))
                .offset();
        String other = write(TestLetter.of("cut").value(large).cut(size).from(inferences.name(), 1, elsewhere, THEN));
        String otherTime =
                write(TestLetter.of("cut").value(large).cut(size).from(inferences.name(), 1, at.offset(), THEN + 1));
        String gone = write(TestLetter.of("cut").value(large).cut(size).from(inferences.name(), 1, 999_999, THEN));

        int replayed = 0;
        List<String> cannot = new ArrayList<>();
        String cursor = "";
        do {
            // One that large is enough for a call.
            JsonNode answer = replay("{\"filter\": {\"model_id\": \"cut\"}}", cursor);
            replayed += answer.path("replayed").asInt();
            answer.path("cannot").forEach(each -> cannot.add(each.path("id").asText() + each.path("reason")));
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
        } while (!cursor.isEmpty());

        assertThat(replayed).isEqualTo(1);
        ConsumerRecord<byte[], byte[]> event = sent(inferences, id).get(0);
        assertThat(event.value()).isEqualTo(large);
        assertThat(event.key()).isEqualTo(utf8("key"));
        assertThat(header(event, "ce_id")).isEqualTo("large");
        assertThat(event.partition()).isEqualTo(1);
        assertThat(client.get(PATH + "/" + id).json().at("/replayed/bytes_from").asText())
                .isEqualTo("topic");
        assertThat(client.get(PATH + "/" + id).json().path("cut").asBoolean()).isTrue();
        assertThat(client.get(PATH + "/" + id).json().path("size").asLong()).isEqualTo(size);
        assertThat(cannot)
                .containsExactlyInAnyOrder(
                        other + "\"cut_and_gone\"", otherTime + "\"cut_and_gone\"", gone + "\"cut_and_gone\"");
    }

    @Test
    void eventsGoToTopicsThatTheStoreReadsAndNowhereElse() {
        TestTopic named = topic("named", 1, Map.of());
        List<String> topics = List.of(
                store.topic(),
                store.eventsTopic(),
                letters.name(),
                "__consumer_offsets",
                "of-nobody",
                "not a topic",
                named.name());
        List<String> ids = topics.stream()
                .map(topic -> write(TestLetter.of("where").from(topic, 0, 0, THEN)))
                .toList();
        String noPartition = write(TestLetter.of("where").from(inferences.name(), 3, 0, THEN));
        String body = "{\"filter\": {\"model_id\": \"where\"}}";

        JsonNode before = replay(body);
        assertThat(counts(before)).isEqualTo("matched 0, replayed 0, skipped 0, cannot 8");
        assertThat(before.path("cannot"))
                .allSatisfy(each -> assertThat(each.path("reason").asText())
                        .isEqualTo(each.path("id").asText().equals(noPartition) ? "no_topic" : "topic_not_read"));

        // Whatever a registration says, the store's own topics and Kafka's stay out of it.
        for (int i = 0; i < topics.size(); i++) {
            if (!topics.get(i).contains(" ") && !topics.get(i).equals("of-nobody")) {
                register("where-" + i, "{\"format\": \"plain\", \"topic\": \"" + topics.get(i) + "\"}");
            }
        }
        register("where-missing", "{\"format\": \"plain\", \"topic\": \"of-nobody\"}");
        assertThat(counts(replay(body))).isEqualTo("matched 1, replayed 1, skipped 0, cannot 7");
        assertThat(sent(named, ids.get(6))).hasSize(1);

        client.delete("/api/v1/models/where-6");
        assertThat(counts(replay("{\"ids\": [\"" + ids.get(6) + "\"], \"again\": true}")))
                .isEqualTo("matched 0, replayed 0, skipped 0, cannot 1");
        assertThat(sent(named, ids.get(6))).hasSize(1);
    }

    @Test
    void aDryRunOnlySays() {
        write(TestLetter.of("dry").from(inferences.name(), 0, 201, THEN));
        write(TestLetter.of("dry").from("of-nobody", 0, 1, THEN));
        Map<String, String> tables = Tables.digests(database);
        int events = inferences.all().size();

        assertThat(counts(replay("{\"filter\": {\"model_id\": \"dry\"}, \"dry_run\": true}")))
                .isEqualTo("matched 1, replayed 0, skipped 0, cannot 1");

        assertThat(Tables.digests(database)).isEqualTo(tables);
        assertThat(inferences.all()).hasSize(events);
    }

    @Test
    void manyGoCallByCallAndWhatComesMeanwhileIsNotAmongThem() {
        letters.write(IntStream.range(0, 2500)
                .mapToObj(i -> TestLetter.of("many")
                        .from(inferences.name(), 0, 100_000 + i, THEN)
                        .on(letters, i % 2))
                .toList());
        String body = "{\"filter\": {\"model_id\": \"many\"}}";
        int replayed = 0;
        int calls = 0;
        String cursor = "";
        do {
            JsonNode answer = replay(body, cursor);
            assertThat(answer.path("replayed").asInt()).isLessThanOrEqualTo(1000);
            replayed += answer.path("replayed").asInt();
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
            assertThat(answer.path("scanned_until").isNull()).isEqualTo(cursor.isEmpty());
            calls++;
            // As an event that fails again.
            write(TestLetter.of("many").from(inferences.name(), 0, 200_000 + calls, THEN));
        } while (!cursor.isEmpty());

        assertThat(replayed).isEqualTo(2500);
        assertThat(calls).isBetween(3, 10);
        assertThat(remembered(database)).isGreaterThanOrEqualTo(2500);
    }

    @Test
    void namedOnesAreFoundWhereverTheyStand() {
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            wanted.add(write(TestLetter.of("picked").from(inferences.name(), 0, 50_000 + i, THEN)));
            letters.write(IntStream.range(0, 300)
                    .mapToObj(j -> TestLetter.of("between").on(letters, 0))
                    .toList());
        }
        List<String> unknown = List.of("0-99999999", "1-99999999", "7-0");

        JsonNode answer = replay(
                "{\"ids\": [\"" + String.join("\", \"", wanted) + "\", \"" + String.join("\", \"", unknown) + "\"]}");

        assertThat(counts(answer)).isEqualTo("matched 3, replayed 3, skipped 0, cannot 3");
        assertThat(answer.path("cannot").findValuesAsText("id")).containsExactlyElementsOf(unknown);
        assertThat(answer.path("cannot").findValuesAsText("reason")).containsOnly("unknown_letter");
        for (String id : wanted) {
            assertThat(sent(inferences, id)).hasSize(1);
        }
    }

    @Test
    void manyNamedOnesGoOnWhereACallEnded() {
        byte[] value = new byte[100_000];
        long last = letters.write(IntStream.range(0, 400)
                        .mapToObj(i -> TestLetter.of("heavy")
                                .value(value)
                                .from(inferences.name(), 0, 70_000 + i, THEN)
                                .on(letters, 1))
                        .toList())
                .offset();
        String body = "{\"ids\": ["
                + String.join(
                        ", ",
                        IntStream.range(0, 400)
                                .mapToObj(i -> "\"1-" + (last - i) + "\"")
                                .toList())
                + "]}";
        int replayed = 0;
        int calls = 0;
        String cursor = "";
        do {
            JsonNode answer = replay(body, cursor);
            replayed += answer.path("replayed").asInt();
            assertThat(answer.path("cannot")).isEmpty();
            cursor = answer.path("next_cursor").isNull()
                    ? ""
                    : answer.path("next_cursor").asText();
            calls++;
        } while (!cursor.isEmpty());

        // 32 MiB a call at the most.
        assertThat(calls).isBetween(2, 8);
        assertThat(replayed).isEqualTo(400);
    }

    @Test
    void twoAtOnceDoNotDisturbEachOther() {
        letters.write(IntStream.range(0, 300)
                .mapToObj(i -> TestLetter.of("both")
                        .from(inferences.name(), 0, 20_000 + i, THEN)
                        .on(letters, 0))
                .toList());
        String body = "{\"filter\": {\"model_id\": \"both\"}}";

        List<JsonNode> answers =
                Stream.generate(() -> CompletableFuture.supplyAsync(() -> replay(body))).limit(3).toList().stream()
                        .map(CompletableFuture::join)
                        .toList();

        assertThat(answers.stream()
                        .mapToInt(each -> each.path("replayed").asInt())
                        .sum())
                .isEqualTo(300);
        assertThat(answers.stream()
                        .mapToInt(each -> each.path("skipped").asInt())
                        .sum())
                .isEqualTo(600);
    }

    @Test
    void whatWasReplayedIsForgottenWithItsLetter() {
        TestServers.Store other = TestServers.newStore();
        TestTopic own = topic("few", 1, Map.of());
        long last = own.write(IntStream.range(0, 3)
                        .mapToObj(i -> TestLetter.of("few")
                                .from(inferences.name(), 0, i, THEN)
                                .on(own, 0))
                        .toList())
                .offset();
        Jdbi tables = Jdbi.create(other.database());
        try (PolicyApi few = PolicyApi.start(other.settings(
                false, "--kafka.dead-letter-topic", own.name(), "--kafka.inferences-topic", inferences.name()))) {
            Client caller = new Client(few);
            caller.post(PATH + "/replay", "{\"filter\": {\"model_id\": \"few\"}}");
            assertThat(remembered(tables)).isEqualTo(3);

            own.removeBefore(0, last);
            caller.post(PATH + "/replay", "{\"ids\": [\"0-" + last + "\"]}");

            assertThat(remembered(tables)).isEqualTo(1);
        }
    }

    @Test
    void bodiesThatMeanNothingAreRefused() {
        assertThat(refused("{}")).isEqualTo("filter must be given, or ids, and not both\n");
        assertThat(refused("{\"ids\": [\"0-1\"], \"filter\": {\"reason\": \"x\"}}"))
                .isEqualTo("filter must be given, or ids, and not both\n");
        assertThat(refused("{\"filter\": {}}")).contains("filter must have at least one field");
        assertThat(refused("{\"ids\": []}")).contains("ids must be a list of 1 to 1000 texts");
        assertThat(refused("{\"ids\": [\"0-1\", \"x\"]}")).contains("ids[1] must be the id of a dead letter, as 0-17");
        assertThat(refused("{\"filter\": {\"reason\": \"Not JSON\", \"model_id\": \"/\", \"topic\": \"a b\"}}"))
                .contains("filter.reason must be")
                .contains("filter.model_id must be")
                .contains("filter.topic must be");
        assertThat(refused("{\"filter\": {\"start\": \"2026-01-02T00:00:00Z\", \"end\": \"2026-01-01T00:00:00Z\"}}"))
                .isEqualTo("filter.end must be after start\n");
        String ofIds = "aWRzOjAtMQ";
        assertThat(client.post(PATH + "/replay?cursor=djE6" + ofIds, "{\"filter\": {\"reason\": \"x\"}}")
                        .errors())
                .isEqualTo("cursor must be the next_cursor of a call with the same body\n");
        assertThat(client.post(PATH + "/replay?cursor=djE6MC0x", "{\"ids\": [\"0-1\"]}")
                        .errors())
                .isEqualTo("cursor must be the next_cursor of a call with the same body\n");
    }

    private static String refused(String body) {
        Answer answer = client.post(PATH + "/replay", body);
        assertThat(answer.status()).isEqualTo(422);
        return answer.errors();
    }

    private static long remembered(Jdbi tables) {
        return tables.withHandle(handle -> handle.createQuery("SELECT count(*) FROM dead_letter_replays")
                .mapTo(Long.class)
                .one());
    }

    private static JsonNode replay(String body) {
        return replay(body, "");
    }

    private static JsonNode replay(String body, String cursor) {
        Answer answer = client.post(PATH + "/replay" + (cursor.isEmpty() ? "" : "?cursor=" + cursor), body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static String counts(JsonNode answer) {
        return "matched " + answer.path("matched") + ", replayed " + answer.path("replayed") + ", skipped "
                + answer.path("skipped") + ", cannot " + answer.path("cannot").size();
    }

    private static String write(TestLetter letter) {
        RecordMetadata at = letters.write(List.of(letter.on(letters, 0)));
        return at.partition() + "-" + at.offset();
    }

    private static TestTopic topic(String name, int partitions, Map<String, String> config) {
        return TestTopic.create(store.bootstrapServers(), store.topic() + "-" + name, partitions, config);
    }

    private static void register(String modelId, String source) {
        Answer made = client.put(
                "/api/v1/models/" + modelId,
                "{\"project_id\": \"p\", \"task_type\": \"t\", \"sources\": [" + source + "]}");
        assertThat(made.status()).as(made.text()).isIn(200, 201);
    }

    /** The events on a topic that come from a letter. */
    private static List<ConsumerRecord<byte[], byte[]>> sent(TestTopic topic, String id) {
        return topic.all().stream()
                .filter(event -> header(event, "inferencestore-deadletter").equals(id))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> event, String name) {
        var header = event.headers().lastHeader(name);
        return header == null ? "none" : text(header.value());
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, utf8(value));
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
