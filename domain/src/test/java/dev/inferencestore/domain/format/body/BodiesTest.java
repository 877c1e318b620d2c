package dev.inferencestore.domain.format.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.event.Part;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "NIL",
            delimiter = '|',
            value = {
                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}],\"outputs\":[]} | request",
                "{\"outputs\":[{\"name\":\"y\"}],\"inputs\":[{\"name\":\"x\"}]} | request",
                "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"data\":[1]}]} | response",
                "{\"instances\":[1]} | request",
                "{\"predictions\":[1]} | response",
                "{\"model\":\"m\",\"messages\":[]} | request",
                "{\"choices\":[]} | response",
                "{\"a\":1} | NIL",
                "not JSON | NIL",
            })
    void theShapeTellsWhichHalfABodyIs(String body, String part) throws Exception {
        Part told = Bodies.either(utf8(body), null).part();

        assertThat(told).isEqualTo(part == null ? null : Part.valueOf(part.toUpperCase(Locale.ROOT)));
    }

    @Test
    void theIdInABodyIsHandedOut() throws Exception {
        assertThat(Bodies.request(utf8("{\"id\":\"a\\\"b\",\"inputs\":[]}"), null)
                        .id())
                .isEqualTo("a\"b");
        assertThat(Bodies.response(utf8("{\"id\":7,\"outputs\":[]}"), null).id())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[[]]",
                "[\"a\",\"b\"]",
                "[[\"a\"],[\"b\"]]",
                "[\"a\",1]",
                "[1]",
                "[[1.0,2.0],[3.0,4.0]]",
                "[null]",
                "[{\"a\":[]}]",
                "[[],\"a\"]",
                "\"a\"",
                "{\"a\":1}",
                "null",
                "[\"\\ud800\"]",
            })
    void aRequestWhoseBytesAreNotOneElementIsKeptAsSent(String data) throws Exception {
        byte[] body = utf8("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"data\":" + data + "}],\"z\":1}");

        Body read = Bodies.request(body, "application/json");

        assertThat(read.part()).isEqualTo(Part.REQUEST);
        assertThat(read.said()).singleElement().satisfies(said -> {
            assertThat(said.payload().bytes()).isSameAs(body);
            assertThat(said.metadata().isEmpty()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"aé\"]", "[[\"aé\"]]", "[ [[ \"aé\"\t]\n] ]", "[\"a\\u00e9\"]"})
    void theOneElementMayStandInListsOfLists(String data) throws Exception {
        byte[] body = utf8("\uFEFF{\"inputs\":[{\"data\": " + data + " ,\"datatype\":\"BYTES\",\"name\":\"x\"}]}");

        assertThat(Bodies.request(body, null).said()).singleElement().satisfies(said -> assertThat(
                        said.payload().bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("aé"));
    }

    @Test
    void moreInputsThanAnyoneSendsAreOneInference() throws Exception {
        String input = "{\"name\":\"x\",\"datatype\":\"BYTES\",\"data\":[\"a\"]}";

        assertThat(Bodies.request(utf8("{\"inputs\":[" + input + ("," + input).repeat(255) + "]}"), null)
                        .said())
                .hasSize(256);
        assertThat(Bodies.request(utf8("{\"inputs\":[" + input + ("," + input).repeat(256) + "]}"), null)
                        .said())
                .hasSize(1);
    }

    @Test
    void whatWouldNotFitIntoMetadataIsRefusedRatherThanLost() {
        String input = "{\"name\":\"x\",\"datatype\":\"BYTES\",\"data\":[\"a\"]}";
        String big = "\"" + "x".repeat(70_000) + "\"";

        assertThatThrownBy(() -> Bodies.request(utf8("{\"inputs\":[" + input + "],\"y\":" + big + "}"), null))
                .hasMessageContaining("metadata may have 65536");
        assertThatThrownBy(() -> Bodies.request(
                        utf8("{\"inputs\":[" + input + "],\"parameters\":{\"metadata\":\"[" + " ".repeat(300_000)
                                + "]\"}}"),
                        null))
                .hasMessageContaining("parameters.metadata has");
    }

    @Test
    void aStreamMayBeginWithCommentsAndEndAnywhere() throws Exception {
        String stream = """
                : keep-alive

                : keep-alive

                event: message
                data: {"model":"m","choices":[{"delta":{"content":"a"}}]}

                data: {"model":"m","choices":[{"finish_reason":"stop"}]}

                data: {"model":"m","cho""";

        Body read = Bodies.response(utf8(stream), "application/json");

        assertThat(read.part()).isEqualTo(Part.RESPONSE);
        assertThat(read.said().get(0).payload().contentType()).isEqualTo("text/event-stream");
        assertThat(read.said().get(0).metadata().object())
                .isEqualTo("{\"openai\":{\"model\":\"m\",\"finish_reason\":\"stop\",\"stream\":true}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: hello\n\n",
                "data: [1]\n",
                "data:",
                "data: {\"progress\":1}\n",
                "event: ping\n\n",
                "data: [DONE]\n"
            })
    void otherStreamsAreKeptAndSayNothing(String stream) throws Exception {
        Body read = Bodies.response(utf8(stream), null);

        assertThat(read.said().get(0).payload().contentType()).isEqualTo("text/event-stream");
        assertThat(read.said().get(0).metadata().isEmpty()).isTrue();
    }

    @Test
    void whatAnOpenAiAnswerSaysStrangelyIsPassedOver() throws Exception {
        String body =
                "{\"model\":7,\"choices\":[[],{\"finish_reason\":{\"a\":[1]}},\"x\",{\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"total_tokens\":123456789012345678901234567890,\"prompt_tokens\":1.5,"
                        + "\"completion_tokens\":4,\"x\":{\"total_tokens\":1}},\"stream\":\"yes\"}";

        assertThat(Bodies.response(utf8(body), null).said().get(0).metadata().object())
                .isEqualTo("{\"openai\":{\"completion_tokens\":4,\"finish_reason\":\"stop\"}}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
