package dev.inferencestore.domain.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Omission;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureTest {
    private static final CaptureRules ALL =
            new CaptureRules(3, 1, true, true, List.of(), List.of(), List.of(), null, null);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /input/user/email    | {"user":{"email":"a@b","n":1.10}}         | {"user":{"email":"[redacted]","n":1.10}}
                    /input/user          | {"a":1,"user":{"email":"a@b"} , "b":2}    | {"a":1,"user":"[redacted]" , "b":2}
                    /input/m/*/text      | {"m":[{"text":"x"},{"text":{"y":[1]}}]}   | {"m":[{"text":"[redacted]"},{"text":"[redacted]"}]}
                    /input/m/1           | {"m":[1,22,3]}                            | {"m":[1,"[redacted]",3]}
                    /input/a~1b          | {"a/b":1}                                 | {"a/b":"[redacted]"}
                    /input/x             | {"x":1,"x":2}                             | {"x":"[redacted]","x":"[redacted]"}
                    /input/\u00e9        | {"\\u00e9":1,"z":"\u00e9"}                | {"\\u00e9":"[redacted]","z":"\u00e9"}
                    /input/none          | {"x": 1.0e2 }                             | {"x": 1.0e2 }
                    /input/*             | {"x":1,"y":[2]}                           | {"x":"[redacted]","y":"[redacted]"}
                    /output/x            | {"x":1}                                   | {"x":1}
                    """)
    void whatARulePointsAtIsReplacedAndNothingElseChanges(String pointer, String sent, String kept) {
        Inference inference = new Capture(redacting(pointer)).apply(inference(sent, null));

        assertThat(text(inference.input())).isEqualTo(kept);
        assertThat(inference.ruleVersion()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"x":"secret"
                    {"x":"secret"} more
                    not json, secret
                    """)
    void aBodyThatCannotBeLookedIntoIsNotStored(String sent) {
        Payload input =
                new Capture(redacting("/input/x")).apply(inference(sent, null)).input();

        assertThat(input.bytes()).isEmpty();
        assertThat(input.omitted().reason()).isEqualTo(Omission.NOT_REDACTABLE);
        assertThat(input.omitted().sha256()).isNull();
        assertThat(input.omitted().size()).isEqualTo(sent.length());
    }

    @Test
    void aStreamIsRedactedEventByEvent() {
        String sent = """
                data: {"choices":[{"delta":{"content":"Jane"}}]}\r
                \r
                : keep alive

                data:{"choices":[{"delta":{"content":"Doe"}}],"id":7}

                data: [DONE]
                """;
        CaptureRules rules = new CaptureRules(
                3, 1, true, true, List.of(), List.of("/output/choices/*/delta/content"), List.of(), null, null);

        Payload output = new Capture(rules).apply(inference(null, sent)).output();

        assertThat(text(output)).isEqualTo(sent.replace("Jane", "[redacted]").replace("Doe", "[redacted]"));
    }

    @Test
    void headersAreRedactedByNameInAnyCase() {
        CaptureRules rules = new CaptureRules(
                3, 1, true, true, List.of(), List.of("/metadata/user"), List.of("authorization"), null, null);
        Inference said = new Inference(
                "m",
                "i",
                0,
                Part.REQUEST,
                null,
                null,
                null,
                "{\"headers\":{\"Authorization\":[\"Bearer x\"],\"a\":\"b\"},\"user\":\"u\",\"authorization\":1}",
                null,
                null,
                null);

        assertThat(new Capture(rules).apply(said).metadata())
                .isEqualTo("{\"headers\":{\"Authorization\":\"[redacted]\",\"a\":\"b\"},\"user\":\"[redacted]\","
                        + "\"authorization\":1}");
    }

    @Test
    void whatTheDecodersPutElsewhereIsRedactedThereToo() {
        CaptureRules rules = new CaptureRules(
                3, 1, true, true, List.of(), List.of("/metadata/user/name"), List.of("authorization"), null, null);
        Inference said = new Inference(
                "m",
                "i",
                0,
                Part.REQUEST,
                null,
                null,
                null,
                "{\"headers_text\":\"{\\\"Authorization\\\":\",\"headers_\":{\"authorization\":1,\"a\":1},"
                        + "\"user_\":{\"name\":\"x\",\"n\":1},\"user_text\":\"name: x\",\"other_text\":1}",
                null,
                null,
                null);

        assertThat(new Capture(rules).apply(said).metadata())
                .isEqualTo("{\"headers_text\":\"[redacted]\",\"headers_\":{\"authorization\":\"[redacted]\",\"a\":1},"
                        + "\"user_\":{\"name\":\"[redacted]\",\"n\":1},\"user_text\":\"[redacted]\",\"other_text\":1}");
    }

    @Test
    void aSampleIsDecidedByIdAndHasItsShare() {
        CaptureRules tenth = new CaptureRules(1, 0.1, true, true, List.of(), List.of(), List.of(), null, null);
        Capture one = new Capture(tenth);
        Capture other = new Capture(tenth.at(9));
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            String id = "inference-" + i;
            assertThat(other.samples(id)).isEqualTo(one.samples(id));
            taken += one.samples(id) ? 1 : 0;
        }
        assertThat(taken).isBetween(9_700, 10_300);
        assertThat(new Capture(ALL).samples("any")).isTrue();
        assertThat(new Capture(new CaptureRules(1, 0, true, true, List.of(), List.of(), List.of(), null, null))
                        .samples("any"))
                .isFalse();
    }

    @Test
    void aPayloadAboveItsSizeIsRecordedWithSizeAndHash() {
        CaptureRules rules = new CaptureRules(3, 1, true, true, List.of(), List.of(), List.of(), 4L, 5L);

        Inference kept = new Capture(rules).apply(inference("12345", "12345"));

        assertThat(kept.input().omitted().reason()).isEqualTo(Omission.TOO_LARGE);
        assertThat(kept.input().omitted().size()).isEqualTo(5);
        assertThat(kept.input().omitted().sha256()).isEqualTo(Sha256.of("12345".getBytes(StandardCharsets.UTF_8)));
        assertThat(text(kept.output())).isEqualTo("12345");
    }

    @Test
    void halvesAreLeftOut() {
        Capture inputOnly =
                new Capture(new CaptureRules(1, 1, true, false, List.of(), List.of(), List.of(), null, null));
        Capture outputOnly =
                new Capture(new CaptureRules(1, 1, false, true, List.of(), List.of(), List.of(), null, null));

        assertThat(inputOnly.apply(half(Part.RESPONSE, 200))).isNull();
        assertThat(inputOnly.apply(inference("in", "out")).output().omitted().reason())
                .isEqualTo(Omission.NOT_CAPTURED);
        assertThat(outputOnly.apply(half(Part.REQUEST, null)).input().omitted().reason())
                .isEqualTo(Omission.NOT_CAPTURED);
        assertThat(text(outputOnly.apply(inference("in", "out")).output())).isEqualTo("out");
    }

    @ParameterizedTest
    @CsvSource({"2xx,200,true", "2xx,404,false", "404,404,true", "404,405,false", "2xx,,true", "2xx,20,false"})
    void aResponseIsStoredByItsStatus(String wanted, Integer code, boolean stored) {
        Capture capture =
                new Capture(new CaptureRules(1, 1, true, true, List.of(wanted), List.of(), List.of(), null, null));

        assertThat(capture.apply(half(Part.RESPONSE, code)) != null).isEqualTo(stored);
    }

    @ParameterizedTest
    @CsvSource({
        "/input,redact[0]",
        "input/x,redact[0]",
        "/other/x,redact[0]",
        "/input/x~2,redact[0]",
        "/input//x,redact[0]",
        "/metadata/x,"
    })
    void aPointerHasItsForm(String pointer, String field) {
        assertThat(redacting(pointer).broken().keySet()).isEqualTo(field == null ? Set.of() : Set.of(field));
    }

    private static CaptureRules redacting(String pointer) {
        return new CaptureRules(3, 1, true, true, List.of(), List.of(pointer), List.of(), null, null);
    }

    private static Inference inference(String input, String output) {
        return new Inference("m", "i", 0, Part.BOTH, null, payload(input), payload(output), null, null, null, null);
    }

    private static Inference half(Part part, Integer status) {
        boolean request = part == Part.REQUEST;
        return new Inference(
                "m",
                "i",
                0,
                part,
                null,
                request ? payload("in") : null,
                request ? null : payload("out"),
                null,
                status,
                null,
                null);
    }

    private static Payload payload(String text) {
        return text == null ? null : new Payload("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Payload payload) {
        return new String(payload.bytes(), StandardCharsets.UTF_8);
    }
}
