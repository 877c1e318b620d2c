package dev.inferencestore.api.deadletter;

import static dev.inferencestore.api.deadletter.TestTopic.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Await;
import dev.inferencestore.api.Client;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.api.PolicyApi;
import dev.inferencestore.api.TestServers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ListTest {
    private static final String PATH = "/api/v1/dead-letters";

    private static TestServers.Store store;
    private static TestTopic letters;
    private static PolicyApi api;
    private static Client client;

    @BeforeAll
    static void start() {
        store = TestServers.newStore();
        letters = TestTopic.create(
                store.bootstrapServers(), store.topic() + "-dead", 2, Map.of("max.message.bytes", "36000000"));
        api = PolicyApi.start(store.settings(false, "--kafka.dead-letter-topic", letters.name()));
        client = new Client(api);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aLetterSaysWhatItIsAboutAndWhy() {
        Instant at = Instant.parse("2026-03-01T12:00:00.123Z");
        letters.write(List.of(TestLetter.of("said")
                .header("ce_id", "order-17")
                .header("Ce-Type", "dev.inferencestore.inference")
                .header("ce_source", "/gateway")
                .key("k")
                .from("some-topic", 3, 4711, at.minusSeconds(1).toEpochMilli())
                .on(letters, 1, at.toEpochMilli())));

        JsonNode letter = onlyOne("?model_id=said");

        assertThat(letter.path("id").asText()).matches("1-\\d+");
        assertThat(letter.path("at").asText()).isEqualTo("2026-03-01T12:00:00.123Z");
        assertThat(letter.path("reason").asText()).isEqualTo("json_invalid");
        assertThat(letter.path("sentence").asText()).isEqualTo("the body is not JSON in UTF-8");
        assertThat(letter.path("detail").asText()).isEqualTo("why: json_invalid");
        assertThat(letter.path("model_id").asText()).isEqualTo("said");
        assertThat(letter.path("event_id").asText()).isEqualTo("order-17");
        assertThat(letter.path("event_type").asText()).isEqualTo("dev.inferencestore.inference");
        assertThat(letter.path("event_source").asText()).isEqualTo("/gateway");
        assertThat(letter.path("topic").asText()).isEqualTo("some-topic");
        assertThat(letter.path("partition").asInt()).isEqualTo(3);
        assertThat(letter.path("offset").asInt()).isEqualTo(4711);
        assertThat(letter.path("timestamp").asText()).isEqualTo("2026-03-01T11:59:59.123Z");
        assertThat(letter.path("size").asInt())
                .isEqualTo(
                        "k{".length() + "ce_idorder-17Ce-Typedev.inferencestore.inferencece_source/gateway".length());
        assertThat(letter.path("cut").asBoolean()).isFalse();
        assertThat(letter.path("replayed").isNull()).isTrue();
        assertThat(letter.has("headers")).isFalse();
    }

    @Test
    void anEnvelopeThatCannotBeReadToItsEndStillSaysWhatItIs() {
        letters.write(List.of(TestLetter.of("structured")
                .header("content-type", "application/cloudevents+json; charset=utf-8")
                .value(utf8(
                        "{\"specversion\":\"1.0\",\"data\":{\"id\":\"not me\"},\"id\":\"i-1\",\"type\":\"t\",\"source"))
                .on(letters, 0)));

        JsonNode letter = onlyOne("?model_id=structured");

        assertThat(letter.path("event_id").asText()).isEqualTo("i-1");
        assertThat(letter.path("event_type").asText()).isEqualTo("t");
        assertThat(letter.path("event_source").isNull()).isTrue();
    }

    @Test
    void headersOfTheEventThatLookLikeThoseOfItsLetterDoNotCount() {
        letters.write(List.of(
                TestLetter.letter()
                        .because("model_missing")
                        .header("dl_model", "forged")
                        .header("dl_reason", "forged")
                        .header("dl_cut", "5")
                        .header("ce_id", "forger")
                        .on(letters, 0),
                new ProducerRecord<>(letters.name(), 0, null, utf8("no letter at all"))));

        assertThat(items("?model_id=forged")).isEmpty();
        assertThat(items("?reason=forged")).isEmpty();
        JsonNode letter = onlyOne("?reason=model_missing");
        assertThat(letter.path("event_id").asText()).isEqualTo("forger");
        assertThat(letter.path("model_id").isNull()).isTrue();
        assertThat(letter.path("cut").asBoolean()).isFalse();
    }

    @Test
    void filtersGoTogether() {
        Instant now = Instant.ofEpochMilli(System.currentTimeMillis() + 1000);
        long then = now.toEpochMilli();
        letters.write(List.of(
                TestLetter.of("filtered").from("a", 0, 1, then).on(letters, 0, then),
                TestLetter.of("filtered")
                        .because("internal")
                        .from("a", 0, 2, then)
                        .on(letters, 1, then + 1),
                // Written later, and yet of an earlier time: writers are not quite together.
                TestLetter.of("filtered")
                        .because("internal")
                        .from("b", 0, 3, then)
                        .on(letters, 0, then - 1),
                TestLetter.of("other").because("internal").from("a", 0, 4, then).on(letters, 0, then)));

        assertThat(offsets("?model_id=filtered")).containsExactly(2, 3, 1);
        assertThat(offsets("?model_id=filtered&reason=internal")).containsExactly(2, 3);
        assertThat(offsets("?model_id=filtered&reason=internal&topic=b")).containsExactly(3);
        assertThat(offsets("?model_id=filtered&start=" + now)).containsExactly(2, 1);
        assertThat(offsets("?model_id=filtered&end=" + now)).containsExactly(3);
        assertThat(offsets("?model_id=filtered&start=" + now + "&end=" + now.plusNanos(1)))
                .containsExactly(1);
        assertThat(offsets("?model_id=filtered&start=2099-01-01T00:00:00Z")).isEmpty();
        assertThat(offsets("?model_id=filtered&end=1960-01-01T00:00:00Z")).isEmpty();
        assertThat(client.get(PATH + "?start=" + now + "&end=" + now).errors()).isEqualTo("end must be after start\n");
    }

    @Test
    void pagesHaveEachLetterOnceWhileOthersArrive() {
        long from = System.currentTimeMillis();
        // One after the other on two partitions, with letters of others in between.
        letters.write(IntStream.range(0, 1000)
                .mapToObj(i -> TestLetter.of(i % 4 == 0 ? "paged" : "crowd").on(letters, i % 7 % 2, from + i / 10))
                .toList());

        List<JsonNode> found = allPages(
                "?model_id=paged&limit=40",
                page -> letters.write(List.of(
                        TestLetter.of("paged").on(letters, 0),
                        TestLetter.of("paged").on(letters, 1))));

        assertThat(found).hasSize(250);
        assertThat(new HashSet<>(
                        found.stream().map(each -> each.path("id").asText()).toList()))
                .hasSize(250);
        assertThat(found)
                .extracting(each -> Instant.parse(each.path("at").asText()))
                .isSortedAccordingTo(Comparator.reverseOrder())
                .allMatch(at -> at.toEpochMilli() >= from);
        assertThat(items("?model_id=paged&limit=1000")).hasSizeGreaterThan(250);
    }

    @Test
    void anEventThatACrashGaveTwoLettersIsOnAPageOnce() {
        letters.write(List.of(
                TestLetter.of("twice").from("a", 0, 5, 1).on(letters, 0, 1000),
                TestLetter.of("twice").from("a", 0, 6, 1).on(letters, 0, 2000),
                TestLetter.of("twice").from("a", 0, 5, 1).on(letters, 1, 3000)));

        List<JsonNode> found = items("?model_id=twice");

        assertThat(found).extracting(each -> each.path("offset").asInt()).containsExactly(5, 6);
        assertThat(found.get(0).path("at").asText()).isEqualTo("1970-01-01T00:00:03Z");
    }

    @Test
    void whatKafkaRemovesBetweenPagesIsNotOnThem() {
        List<ProducerRecord<byte[], byte[]>> ten = IntStream.range(0, 10)
                .mapToObj(i -> TestLetter.of("removed").on(letters, 0))
                .toList();
        long last = letters.write(ten).offset();
        JsonNode first = client.get(PATH + "?model_id=removed&limit=3").json();
        assertThat(first.path("items")).hasSize(3);

        letters.removeBefore(0, last - 4);

        Answer rest = client.get(
                PATH + "?model_id=removed&cursor=" + first.path("next_cursor").asText());
        assertThat(rest.json().path("items"))
                .extracting(each -> each.path("id").asText())
                .containsExactly("0-" + (last - 3), "0-" + (last - 4));
        assertThat(client.get(PATH + "/0-" + (last - 5)).status()).isEqualTo(404);
        assertThat(client.get(PATH + "/0-" + (last - 4)).status()).isEqualTo(200);
    }

    @Test
    void offsetsThatHoldNothingArePassedOver() {
        letters.write(List.of(TestLetter.of("kept").on(letters, 0)));
        letters.writeInVain(IntStream.range(0, 50)
                .mapToObj(i -> TestLetter.of("kept").on(letters, 0))
                .toList());
        long last = letters.write(List.of(TestLetter.of("kept").on(letters, 0))).offset();

        // Kafka ends a transaction a moment after it has said so.
        Await.until(() -> items("?model_id=kept").size() == 2);
        assertThat(client.get(PATH + "/0-" + (last - 3)).status()).isEqualTo(404);
    }

    @Test
    void largeLettersAreListedWithoutTheirBytes() {
        byte[] large = new byte[30 << 20];
        letters.write(IntStream.range(0, 3)
                .mapToObj(i -> TestLetter.of("large").value(large).on(letters, i % 2))
                .toList());

        List<JsonNode> found = allPages("?model_id=large", page -> {});

        assertThat(found)
                .hasSize(3)
                .allSatisfy(each -> assertThat(each.path("size").asInt()).isEqualTo(30 << 20));
    }

    @Test
    void oneIsShownWithItsKeyAndHeadersButNoCredentials() {
        long offset = letters.write(List.of(TestLetter.of("shown")
                        .key("order-17")
                        .header("ce_id", "i")
                        .header("long", "x".repeat(5000))
                        .header("empty", null)
                        .header("Authorization", "Bearer abc")
                        .header("Set-Cookie", "session=1")
                        .header("x-auth-token", "abc")
                        .header("ce_metadata", "{\"accept\":\"*/*\",\"authorization\":\"Basic QWxhZGRpbg==\"}")
                        .header("dataref", "https://store/x?token=abc")
                        .header("max_tokens", "7")
                        .on(letters, 0)))
                .offset();

        JsonNode letter = client.get(PATH + "/0-" + offset).json();

        assertThat(letter.path("key").path("value").asText()).isEqualTo("order-17");
        Map<String, JsonNode> headers = new TreeMap<>();
        letter.path("headers").forEach(each -> headers.put(each.path("name").asText(), each));
        assertThat(headers.get("ce_id").path("value").asText()).isEqualTo("i");
        assertThat(headers.get("long").path("value").asText()).hasSize(1024);
        assertThat(headers.get("long").path("size").asInt()).isEqualTo(5000);
        assertThat(headers.get("empty").path("value").isNull()).isTrue();
        assertThat(headers.get("max_tokens").path("value").asText()).isEqualTo("7");
        for (String secret : List.of("Authorization", "Set-Cookie", "x-auth-token", "ce_metadata", "dataref")) {
            assertThat(headers.get(secret).path("value").asText()).as(secret).isEqualTo("(hidden)");
        }
        assertThat(letter.toString()).doesNotContain("abc", "session", "QWxhZGRpbg");
        assertThat(letter.path("headers")).hasSize(9);
    }

    @Test
    void theBytesComeAsTheyWereSentAndNoBrowserRunsThem() {
        String html = "<script>alert(1)</script>\u00e9";
        long offset = letters.write(List.of(TestLetter.of("bytes")
                        .header("content-type", "text/html")
                        .value(utf8(html))
                        .on(letters, 1)))
                .offset();

        Answer value = client.get(PATH + "/1-" + offset + "/value");

        assertThat(value.text()).isEqualTo(html);
        assertThat(value.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(value.header("Content-Disposition")).isEqualTo("attachment; filename=\"1-" + offset + ".bin\"");
        assertThat(value.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(value.header("Content-Security-Policy")).contains("sandbox");
        assertThat(client.send("HEAD", PATH + "/1-" + offset + "/value", "").header("Content-Length"))
                .isEqualTo(Integer.toString(utf8(html).length));
    }

    @Test
    void idsThatThereAreNotAreUnknown() {
        for (String id : List.of("x", "0", "0-", "-1", "0-999999999", "7-0", "999999999-0", "0-99999999999999999999")) {
            Answer unknown = client.get(PATH + "/" + id);
            assertThat(unknown.status()).as(id).isEqualTo(404);
            assertThat(unknown.json().path("type").asText()).endsWith(":unknown-dead-letter");
        }
    }

    private static JsonNode onlyOne(String query) {
        List<JsonNode> found = items(query);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static List<Integer> offsets(String query) {
        return items(query).stream().map(each -> each.path("offset").asInt()).toList();
    }

    private static List<JsonNode> items(String query) {
        return allPages(query, page -> {});
    }

    private static List<JsonNode> allPages(String query, Consumer<JsonNode> between) {
        List<JsonNode> found = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = client.get(PATH + query + cursor);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            page.json().path("items").forEach(found::add);
            JsonNode next = page.json().path("next_cursor");
            assertThat(page.json().path("scanned_until").isNull()).isEqualTo(next.isNull());
            cursor = next.isNull() ? "" : "&cursor=" + next.asText();
            between.accept(page.json());
        } while (!cursor.isEmpty());
        return found;
    }
}
