package dev.inferencestore.api.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.api.Client.Answer;
import dev.inferencestore.storage.retention.Event;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists, counts and single inferences as callers see them. */
class ListTest {
    private static ReadingApi api;

    @BeforeAll
    static void store() throws Exception {
        api = ReadingApi.start();
        api.store.register("m");
        api.writer.store(
                "m",
                Event.at("a", api.at(0))
                        .metadata("{\"camera\":\"north\",\"score\":0.5,\"latitude\":52.4,\"longitude\":4.9}"),
                Event.request("b/ü", api.at(1)).metadata("{\"camera\":\"south\",\"score\":7}"),
                Event.response("b/ü", api.at(2)),
                Event.at("c", api.at(3))
                        .action("segment")
                        .metadata("{\"tags\":[\"x\",\"y\"]}")
                        .withoutInput(),
                Event.response("d", api.at(4)));
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void oneInferenceWithAllThatIsKnown() {
        JsonNode a = api.client.get(ReadingApi.path("m") + "/a").json();
        assertThat(a.path("output").toString())
                .isEqualTo("{\"content_type\":\"application/json\",\"size\":13,\"data\":\"output of a\"}");
        assertThat(a.path("metadata").path("score").asDouble()).isEqualTo(0.5);
        assertThat(a.path("created_at").asText()).isEqualTo(api.at(0).toString());
        assertThat(a.path("part").asText()).isEqualTo("both");
        assertThat(a.path("action").asText()).isEqualTo("detect");
        assertThat(a.path("status_code").asInt()).isEqualTo(200);
        assertThat(a.path("duration_ms").asDouble()).isEqualTo(0.007);
        assertThat(a.path("input").path("state").asText()).isEqualTo("available");
        assertThat(a.path("input").path("size").asInt()).isEqualTo(15);
        assertThat(a.path("input").path("sha256").asText()).hasSize(64);
        assertThat(a.path("input").has("url")).isFalse();

        JsonNode b = api.client.get(ReadingApi.path("m") + "/b%2F%C3%BC").json();
        assertThat(b.path("inference_id").asText()).isEqualTo("b/ü");
        assertThat(b.path("part").asText()).isEqualTo("both");
        assertThat(b.path("responded_at").asText()).isEqualTo(api.at(2).toString());
        assertThat(b.path("output").path("data").asText()).isEqualTo("output of b/ü");
        assertThat(api.client.get(ReadingApi.path("m") + "/nobody").status()).isEqualTo(404);
        assertThat(api.client.get(ReadingApi.path("nobody") + "/a").status()).isEqualTo(404);
        assertThat(api.client
                        .get(ReadingApi.path("m") + "/a?created_at=" + api.at(1))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            order=asc | a b/ü c d
            '' | d c b/ü a
            part=response | d
            part=both&order=asc | a b/ü c
            action=segment | c
            inference_id=a | a
            metadata=[{"key":"camera","value":"north"}] | a
            metadata=[{"key":"score","operator":"ge","type":"float","value":"0.5"}]&order=asc | a b/ü
            metadata=[{"key":"score","operator":"in","type":"integer","value":[7,"8"]}] | b/ü
            metadata={"camera":"south"} | b/ü
            metadata=[{"key":"tags","operator":"contains","value":"x"}] | c
            metadata=[{"key":"camera","operator":"exists","value":false}]&order=asc | c d
            min_latitude=52&max_latitude=53&min_longitude=4&max_longitude=5 | a
            """)
    void filters(String query, String ids) {
        String encoded = String.join(
                "&",
                List.of(query.split("&")).stream()
                        .map(each -> each.isEmpty()
                                ? each
                                : each.substring(0, each.indexOf('=') + 1)
                                        + URLEncoder.encode(
                                                each.substring(each.indexOf('=') + 1), StandardCharsets.UTF_8))
                        .toList());
        assertThat(ids(api.client.get(ReadingApi.path("m") + "?" + encoded))).isEqualTo(ids);
        Answer count = api.client.get(ReadingApi.path("m") + "/count?" + encoded.replaceAll("&?order=asc", ""));
        assertThat(count.json().path("count").asInt()).isEqualTo(ids.split(" ").length);
        assertThat(count.json().path("exact").asBoolean()).isTrue();
        assertThat(count.json().path("next_cursor").isNull()).isTrue();
    }

    @Test
    void timesAndPages() {
        String between = ReadingApi.path("m") + "?order=asc&start=" + api.at(1) + "&end=" + api.at(3);
        assertThat(ids(api.client.get(between))).isEqualTo("b/ü");
        List<String> pages = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = api.client.get(ReadingApi.path("m") + "?limit=1" + cursor);
            pages.add(ids(page));
            cursor = page.json().path("next_cursor").isNull()
                    ? null
                    : "&cursor=" + page.json().path("next_cursor").asText();
            assertThat(page.json().has("scanned_until")).isTrue();
        } while (cursor != null);
        assertThat(pages).containsExactly("d", "c", "b/ü", "a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metadata={ | metadata must be JSON
            metadata=5 | metadata must be an object that is contained, or a list of 1 to 16 conditions
            metadata=[] | metadata must be an object that is contained
            metadata=[{"key":"a"}] | value must be given for eq
            metadata=[{"value":1}] | key must be given
            metadata=[{"key":"a","value":1,"color":2}] | metadata[0].color is not a field
            metadata=[{"key":"a","operator":"like","value":1}] | operator must be one of contains, eq
            metadata=[{"key":"a","type":"integer","value":"x"}] | value must be a whole number
            metadata=[{"key":"a","type":"integer","value":1.5}] | value must be a whole number
            metadata=[{"key":"a","operator":"lt","value":true}] | type must be string, integer or float
            metadata=[{"key":"a","operator":"in","value":1}] | value must be a list of 1 to 100
            metadata=[{"key":"a","value":1e999999}] | value must hold numbers
            min_latitude=1 | max_latitude must be given
            min_latitude=x&max_latitude=1&min_longitude=1&max_longitude=1 | min_latitude must be a number
            min_latitude=91&max_latitude=92&min_longitude=1&max_longitude=1 | min_latitude must be from -90 to 90
            part=none | part must be one of both, request, response
            order=up | order must be one of asc, desc
            cursor=AAAA | cursor must be the next_cursor
            limit=1001 | limit must be from 1 to 1000
            presign=P8D | presign must be an ISO 8601 duration
            colour=red | colour is not a parameter of this call
            """)
    void whatBreaksARuleIsNamed(String query, String says) {
        String encoded = query.substring(0, query.indexOf('=') + 1)
                + (query.startsWith("metadata")
                        ? URLEncoder.encode(query.substring(query.indexOf('=') + 1), StandardCharsets.UTF_8)
                        : query.substring(query.indexOf('=') + 1));
        Answer answer = api.client.get(ReadingApi.path("m") + "?" + encoded);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.errors()).contains(says);
    }

    @Test
    void metadataIsAdded() {
        String path = ReadingApi.path("m") + "/c/metadata";
        Answer added = api.client.send("PATCH", path, "{\"label\":\"cat\"}", "Content-Type", "application/json");
        assertThat(added.status()).isEqualTo(200);
        assertThat(added.json().path("metadata").path("label").asText()).isEqualTo("cat");
        assertThat(api.client
                        .send("PATCH", path, "{\"tags\":1}", "Content-Type", "application/json")
                        .status())
                .isEqualTo(409);
        assertThat(api.client
                        .send("PATCH", path, "{}", "Content-Type", "application/json")
                        .status())
                .isEqualTo(422);
        Answer gone = api.client.send("PATCH", path, "{\"label\":null}", "Content-Type", "application/json");
        assertThat(gone.json().path("metadata").toString()).isEqualTo("{\"tags\":[\"x\",\"y\"]}");
    }

    @Test
    void metadataIndexes() {
        String path = "/api/v1/models/m/metadata-indexes";
        assertThat(api.client.put(path + "/camera", "").status()).isEqualTo(202);
        dev.inferencestore.api.Await.until(() -> "ready"
                .equals(api.client.get(path + "/camera").json().path("state").asText()));
        assertThat(api.client.get(path).json().path("items")).hasSize(1);
        assertThat(api.client.put(path + "/bad'key", "").status()).isIn(400, 422);
        assertThat(api.client.delete(path + "/camera").status()).isEqualTo(200);
        assertThat(api.client.get(path + "/camera").status()).isEqualTo(404);
    }

    @Test
    void outputsOfAnyKindAreShownAsWhatTheyAre() {
        record Kind(String type, byte[] bytes, String shown) {}
        List<Kind> kinds = List.of(
                new Kind("application/json", "{\"a\":1e400}".getBytes(StandardCharsets.UTF_8), "{\"a\":1e400}"),
                new Kind(
                        "application/json",
                        "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8),
                        "\"{\\\"a\\\":1,\\\"a\\\":2}\""),
                new Kind(
                        "application/json",
                        "[".repeat(100_000).getBytes(StandardCharsets.UTF_8),
                        "\"" + "[".repeat(100_000) + "\""),
                new Kind("text/plain", "ü\"".getBytes(StandardCharsets.UTF_8), "\"ü\\\"\""),
                new Kind("application/x-npy", new byte[] {(byte) 0xff, 0}, "base64"));
        IntStream.range(0, kinds.size()).forEach(i -> {
            Kind kind = kinds.get(i);
            OutputView view = OutputView.of(HalfOf.output(kind.type(), kind.bytes()));
            if (kind.shown().equals("base64")) {
                assertThat(view.dataBase64()).isEqualTo("/wA=");
            } else {
                assertThat(view.data()).isEqualTo(kind.shown());
            }
        });
    }

    private static String ids(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        answer.json()
                .path("items")
                .forEach(item -> ids.add(item.path("inference_id").asText()));
        return String.join(" ", ids);
    }
}
