package dev.inferencestore.api.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.storage.retention.Erasures;
import dev.inferencestore.storage.retention.Event;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes as they are handed out: whole, in part, by links, many in a tar; and no more once they are gone. */
class InputTest {
    private static final String LARGE = "0123456789".repeat(300_000);
    private static ReadingApi api;

    @BeforeAll
    static void store() throws Exception {
        api = ReadingApi.start();
        api.store.register("m");
        api.writer.store(
                "m",
                Event.at("a", api.at(0)),
                Event.at("large", api.at(1)).input(LARGE),
                Event.at("none", api.at(2)).withoutInput(),
                Event.at("big-output", api.at(3)).largeOutput());
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @Test
    void wholeWithAllThatABrowserMustKnow() throws Exception {
        HttpResponse<byte[]> answer = api.bytes("GET", input("m", "a"));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("the input of a;");
        assertThat(header(answer, "Content-Type")).isEqualTo("text/plain");
        assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(answer, "Content-Security-Policy")).startsWith("sandbox");
        assertThat(header(answer, "Content-Disposition")).isEqualTo("attachment; filename=\"a.txt\"");
        assertThat(header(answer, "Content-Length")).isEqualTo("15");
        assertThat(header(answer, "Repr-Digest")).startsWith("sha-256=:");
        HttpResponse<byte[]> head = api.bytes("HEAD", input("m", "a"));
        assertThat(head.body()).isEmpty();
        assertThat(header(head, "Content-Length")).isEqualTo("15");
        assertThat(header(head, "ETag")).isEqualTo(header(answer, "ETag")).hasSize(66);
        HttpResponse<byte[]> again = api.bytes("GET", input("m", "a"), "If-None-Match", header(answer, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        HttpResponse<byte[]> large = api.bytes("GET", input("m", "large"), "Accept-Encoding", "gzip");
        assertThat(new String(large.body(), StandardCharsets.UTF_8)).isEqualTo(LARGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bytes=0-3 | 206 | bytes 0-3/15 | the
            bytes=4- | 206 | bytes 4-14/15 | input of a;
            bytes=-2 | 206 | bytes 13-14/15 | a;
            bytes=-99 | 206 | bytes 0-14/15 | the input of a;
            bytes=10-99 | 206 | bytes 10-14/15 | of a;
            bytes=15- | 416 | bytes */15 |
            bytes=-0 | 416 | bytes */15 |
            bytes=5-2 | 200 | | the input of a;
            bytes=0-1,3-4 | 200 | | the input of a;
            rows=0-1 | 200 | | the input of a;
            bytes=99999999999999999999- | 200 | | the input of a;
            """)
    void parts(String range, int status, String contentRange, String body) throws Exception {
        HttpResponse<byte[]> answer = api.bytes("GET", input("m", "a"), "Range", range);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "Content-Range")).isEqualTo(contentRange == null ? "" : contentRange);
        if (body != null) {
            assertThat(new String(answer.body(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(body);
        }
        HttpResponse<byte[]> changed =
                api.bytes("GET", input("m", "a"), "Range", "bytes=0-3", "If-Range", "\"another\"");
        assertThat(changed.statusCode()).isEqualTo(200);
        HttpResponse<byte[]> middle = api.bytes("GET", input("m", "large"), "Range", "bytes=2000000-2000009");
        assertThat(new String(middle.body(), StandardCharsets.UTF_8)).isEqualTo("0123456789");
    }

    @Test
    void aLinkNeedsNoTokenAndEndsInTime() throws Exception {
        JsonNode inference =
                api.client.get(ReadingApi.path("m") + "/a?presign=PT1S").json();
        URI link = URI.create(inference.path("input").path("url").asText());
        String path = link.getRawPath() + "?" + link.getRawQuery();
        Instant ends =
                Instant.parse(inference.path("input").path("url_expires_at").asText());
        assertThat(ends).isBefore(Instant.now().plusSeconds(2));

        String longer = linkOf("a", "PT15M");
        assertThat(new String(api.bytes("GET", longer).body(), StandardCharsets.UTF_8))
                .isEqualTo("the input of a;");
        assertThat(api.bytes("GET", longer.replace("/a/input", "/large/input")).statusCode())
                .isEqualTo(403);
        assertThat(api.bytes("GET", longer.replaceAll("expires=\\d", "expires=9"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(api.bytes("GET", longer.replace("key=process", "key=other")).statusCode())
                .isEqualTo(403);
        assertThat(api.bytes("GET", longer + "&more=1").statusCode()).isEqualTo(422);
        dev.inferencestore.api.Await.until(() -> Instant.now().isAfter(ends));
        HttpResponse<byte[]> late = api.bytes("GET", path);
        assertThat(late.statusCode()).isEqualTo(403);
        assertThat(new String(late.body(), StandardCharsets.UTF_8)).contains("was good until");
        assertThat(api.client
                        .get(ReadingApi.path("m") + "/none?presign=PT15M")
                        .json()
                        .path("input")
                        .has("url"))
                .isFalse();
    }

    @Test
    void whatIsGoneIsSaidToBeGoneAlsoToLinks() throws Exception {
        api.store.register("gone");
        api.writer.store("gone", Event.at("old", api.at(0)), Event.at("erased", api.at(200)));
        String old = linkOf("gone", "old", "PT15M");
        String erased = linkOf("gone", "erased", "PT15M");
        assertThat(api.bytes("GET", old).statusCode()).isEqualTo(200);

        api.store.policy("gone", null, Duration.between(api.at(100), Instant.now()), DeleteAction.HARD, Duration.ZERO);
        api.store.run("gone");
        new Erasures(api.store.database).eraseOne("gone", "erased", "ann");
        api.store.work("gone");

        assertThat(api.bytes("GET", old).statusCode()).isEqualTo(410);
        assertThat(api.bytes("GET", input("gone", "old")).statusCode()).isEqualTo(410);
        assertThat(api.bytes("GET", erased).statusCode()).isEqualTo(404);
        assertThat(api.bytes("GET", input("m", "none")).statusCode()).isEqualTo(404);
    }

    @Test
    void bytesThatSomebodyChangedAreNotHandedOut() throws Exception {
        api.store.register("changed");
        api.writer.store("changed", Event.at("a", api.at(0)));
        change("changed", 512);

        HttpResponse<byte[]> answer = api.bytes("GET", input("changed", "a"));
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("xxxx");
        // It should be there: a download without it would be taken for a whole one.
        assertThatThrownBy(() -> api.tar(ReadingApi.path("changed") + "/export", "{}"))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aLargeInputThatChangedBreaksOffBeforeItsEnd() throws Exception {
        api.store.register("torn");
        api.writer.store("torn", Event.at("a", api.at(0)).input(LARGE));
        change("torn", 512 + LARGE.length() / 2);

        assertThatThrownBy(() -> api.bytes("GET", input("torn", "a"))).isInstanceOf(IOException.class);
    }

    @Test
    void aDownloadThatFailsInItsMiddleHasNoEnd() throws Exception {
        api.store.register("half");
        api.writer.store("half", Event.at("a", api.at(0)).largeOutput().withoutInput());
        api.store.objects.delete(api.store.keys("half"));

        assertThatThrownBy(() -> api.tar(ReadingApi.path("half") + "/export", "{}"))
                .isInstanceOf(IOException.class);
    }

    private static void change(String model, int at) {
        String key = api.store.keys(model).get(0);
        var whole = api.store.objects.readAll(key).orElseThrow();
        byte[] bytes = whole.bytes().clone();
        Arrays.fill(bytes, at, at + 8, (byte) 'x');
        api.store.objects.replace(key, bytes, whole.tag());
    }

    @Test
    void aLargeOutput() throws Exception {
        HttpResponse<byte[]> answer = api.bytes("GET", ReadingApi.path("m") + "/big-output/output");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("\"the output of big-output;\"");
        assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    }

    @Test
    void manyInputsByIds() throws Exception {
        Map<String, byte[]> tar =
                api.tar(ReadingApi.path("m") + "/inputs", "{\"inference_ids\":[\"a\",\"large\",\"none\",\"nobody\"]}");
        assertThat(tar.keySet()).containsExactly("00001/a.txt", "00001/large.txt", "inputs.jsonl");
        assertThat(tar.get("00001/large.txt")).hasSize(LARGE.length());
        assertThat(new String(tar.get("inputs.jsonl"), StandardCharsets.UTF_8))
                .contains("\"inference_id\":\"nobody\",\"state\":\"unknown\"")
                .contains("\"inference_id\":\"none\"")
                .hasLineCount(4);
    }

    @Test
    void anExportHasAllThatTheFilterMeans() throws Exception {
        Map<String, byte[]> all = api.tar(ReadingApi.path("m") + "/export", "{}");
        assertThat(all.keySet())
                .containsExactly(
                        "records-00001.jsonl",
                        "outputs/00001/3.bin",
                        "inputs/00001/a.txt",
                        "inputs/00001/large.txt",
                        "inputs/00001/big-output.txt",
                        "export.json");
        assertThat(new String(all.get("records-00001.jsonl"), StandardCharsets.UTF_8))
                .hasLineCount(4);
        assertThat(new String(all.get("export.json"), StandardCharsets.UTF_8))
                .contains("\"inferences\":4,\"inputs\":3,\"inputs_gone\":0");
        Map<String, byte[]> some =
                api.tar(ReadingApi.path("m") + "/export", "{\"filter\":{\"inference_ids\":[\"a\"]},\"inputs\":false}");
        assertThat(some.keySet()).containsExactly("records-00001.jsonl", "export.json");
        assertThat(api.client
                        .post(ReadingApi.path("m") + "/export", "{\"filter\":{\"color\":1}}")
                        .errors())
                .contains("filter.color is not a field");
    }

    private static String linkOf(String id, String lasts) {
        return linkOf("m", id, lasts);
    }

    private static String linkOf(String model, String id, String lasts) {
        URI link = URI.create(api.client
                .get(ReadingApi.path(model) + "/" + id + "?presign=" + lasts)
                .json()
                .path("input")
                .path("url")
                .asText());
        return link.getRawPath() + "?" + link.getRawQuery();
    }

    private static String input(String model, String id) {
        return ReadingApi.path(model) + "/" + id + "/input";
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
