package dev.inferencestore.domain.format;

import static dev.inferencestore.domain.format.Events.NOON;
import static dev.inferencestore.domain.format.Events.binary;
import static dev.inferencestore.domain.format.Events.own;
import static dev.inferencestore.domain.format.Events.structured;
import static dev.inferencestore.domain.format.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnFormatTest {
    private static final byte[] PIXELS = {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff};
    private static final String PIXELS_64 = Base64.getEncoder().encodeToString(PIXELS);

    private final Formats formats = new Formats();

    @Test
    void aWholeInferenceIsReadFromJson() throws Exception {
        Inference inference = one(own("detector", """
                {"inference_id":"i-7","model_id":"detector","created_at":"2026-03-01T10:00:00.123456789+01:00",
                 "action":"detect","input":{"content_type":"image/png","data_base64":"%s"},
                 "output":{"boxes":[[1,2,3.50]], "score" : 1.10},"metadata":{"camera":"north","lat":48.1370}}
                """.formatted(PIXELS_64)));

        assertThat(inference.modelId()).isEqualTo("detector");
        assertThat(inference.inferenceId()).isEqualTo("i-7");
        assertThat(inference.createdAt()).isEqualTo(1_772_355_600_123_456L);
        assertThat(inference.part()).isEqualTo(Part.BOTH);
        assertThat(inference.action()).isEqualTo("detect");
        assertThat(inference.input().contentType()).isEqualTo("image/png");
        assertThat(inference.input().bytes()).isEqualTo(PIXELS);
        assertThat(text(inference.output().bytes())).isEqualTo("{\"boxes\":[[1,2,3.50]], \"score\" : 1.10}");
        assertThat(inference.metadata()).isEqualTo("{\"camera\":\"north\",\"lat\":48.1370}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "-0",
                "true",
                "\"a \\u00e9 \\\" b\"",
                "[1, {\"a\":[ ]} ]",
                "{}",
                "12345678901234567890123",
                "\"é\""
            })
    void theOutputIsKeptByteForByte(String output) throws Exception {
        assertThat(text(one(own("m", "{\"output\":" + output + "}")).output().bytes()))
                .isEqualTo(output);
        assertThat(text(one(own("m", "{\"output\": " + output + " ,\"action\":\"a\"}"))
                        .output()
                        .bytes()))
                .isEqualTo(output);
        assertThat(text(one(own("m", "\uFEFF{ \"output\" :\n" + output + "\n}"))
                        .output()
                        .bytes()))
                .isEqualTo(output);
    }

    @Test
    void whatTheBodyLeavesOutComesFromTheEnvelope() throws Exception {
        Inference inference = one(binary(
                OwnJson.TYPE,
                "application/json",
                utf8("{\"output\":1}"),
                "ce_modelid",
                "m",
                "ce_id",
                "from-envelope",
                "ce_time",
                "2026-03-01T11:00:00Z"));

        assertThat(inference.inferenceId()).isEqualTo("from-envelope");
        assertThat(inference.createdAt()).isEqualTo(1_772_362_800_000_000L);
        assertThat(inference.input()).isNull();
        assertThat(inference.source()).isEqualTo("/tests");
    }

    @Test
    void anEventWithoutAnyTimeHasThatOfItsKafkaRecord() throws Exception {
        assertThat(one(own("m", "{\"output\":1}")).createdAt()).isEqualTo(NOON.toEpochMilli() * 1000);
    }

    @Test
    void inputsAreTextJsonOrBase64() throws Exception {
        assertThat(text(one(own("m", "{\"input\":{\"data\":\"gr\\u00fcn\"}}"))
                        .input()
                        .bytes()))
                .isEqualTo("grün");
        Inference json = one(own("m", "{\"input\":{\"data\":{\"x\":[1.0]}}}"));
        assertThat(text(json.input().bytes())).isEqualTo("{\"x\":[1.0]}");
        assertThat(json.input().contentType()).isEqualTo("application/json");
        assertThat(one(own("m", "{\"input\":{\"data_base64\":\"\"}}")).input().bytes())
                .isEmpty();
    }

    @Test
    void halvesCarryTheBytesThemselves() throws Exception {
        Inference request = one(binary(
                "dev.inferencestore.inference.request",
                "image/png",
                PIXELS,
                "Ce-ModelId",
                "m",
                "ce_action",
                "detect",
                "ce_metadata",
                "{\"camera\":1}"));
        Inference response = one(binary(
                "dev.inferencestore.inference.response", "application/json", utf8("{\"s\":1.0}"), "CE_MODELID", "m"));

        assertThat(request.part()).isEqualTo(Part.REQUEST);
        assertThat(request.input().bytes()).isEqualTo(PIXELS);
        assertThat(request.input().contentType()).isEqualTo("image/png");
        assertThat(request.output()).isNull();
        assertThat(request.metadata()).isEqualTo("{\"camera\":1}");
        assertThat(response.part()).isEqualTo(Part.RESPONSE);
        assertThat(response.inferenceId()).isEqualTo(request.inferenceId());
        assertThat(text(response.output().bytes())).isEqualTo("{\"s\":1.0}");
        assertThat(response.input()).isNull();
    }

    @Test
    void structuredModeHoldsTheSame() throws Exception {
        Inference json = one(structured("""
                {"specversion":"1.0","id":"a","source":"/s","type":"dev.inferencestore.inference",
                 "data":{"model_id":"m","output":{"p":0.10}}}"""));
        Inference base64 = one(structured("""
                {"specversion":"1.0","id":"a","source":"/s","type":"dev.inferencestore.inference.request",
                 "modelid":"m","datacontenttype":"image/png","data_base64":"%s"}""".formatted(PIXELS_64)));
        Inference plain = one(structured("""
                {"specversion":"1.0","id":"a","source":"/s","type":"dev.inferencestore.inference.request",
                 "data":"a \\"b\\"","modelid":"m","datacontenttype":"text/plain"}"""));

        assertThat(text(json.output().bytes())).isEqualTo("{\"p\":0.10}");
        assertThat(base64.input().bytes()).isEqualTo(PIXELS);
        assertThat(base64.input().contentType()).isEqualTo("image/png");
        assertThat(text(plain.input().bytes())).isEqualTo("a \"b\"");
    }

    @Test
    void aKeyOfTheRightFormNamesTheModelWhenNothingElseDoes() throws Exception {
        List<EventHeader> headers = new ArrayList<>(own("x", "{}").headers());
        headers.removeIf(header -> header.name().equals("ce_modelid"));

        assertThat(one(Events.record(utf8("m-1"), utf8("{\"output\":1}"), headers))
                        .modelId())
                .isEqualTo("m-1");
        assertThat(failureOf(Events.record(utf8("no model!"), utf8("{\"output\":1}"), headers)))
                .startsWith("model_missing");
    }

    @ParameterizedTest
    @MethodSource("badEvents")
    void whatCannotBeStoredIsRefusedWithTheFieldAndTheRule(String expected, RawEvent event) {
        assertThat(failureOf(event)).contains(expected);
    }

    static Stream<Arguments> badEvents() {
        return Stream.of(
                arguments("not_a_cloudevent: there is no header ce_specversion", plain()),
                arguments("envelope_invalid", binary(OwnJson.TYPE, "a/b", utf8("{}"), "ce_specversion", "9.9")),
                arguments("envelope_invalid", binary(OwnJson.TYPE, "a/b", utf8("{}"), "ce_time", "yesterday")),
                arguments("envelope_invalid: attribute 'x' must be", structured("{\"specversion\":\"1.0\",\"x\":[]}")),
                arguments("json_invalid", structured("{\"specversion\":\"1.0\"")),
                arguments("type_unknown", binary("something.else", "a/b", utf8("{}"))),
                arguments("json_invalid: the body ends too early", own("m", "{\"output\":")),
                arguments("json_invalid: the body is empty", own("m", "")),
                arguments("json_invalid: something follows", own("m", "{} {}")),
                arguments(
                        "json_invalid: the body is in UTF-16",
                        binary(OwnJson.TYPE, "a/b", "{\"output\":1}".getBytes(StandardCharsets.UTF_16BE))),
                arguments("json_invalid", binary(OwnJson.TYPE, "a/b", new byte[] {'{', '"', (byte) 0xff, '"', '}'})),
                arguments("field_invalid: 'output' stands twice", own("m", "{\"output\":1,\"output\":2}")),
                arguments("field_invalid: 'id' stands twice", structured("{\"id\":\"1\",\"id\":\"2\"}")),
                arguments("json_invalid", own("m", "{\"output\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")),
                arguments("field_invalid: the body must be a JSON object", own("m", "[]")),
                arguments("field_unknown: 'ouput'", own("m", "{\"ouput\":1}")),
                arguments("field_unknown: 'url' is no field of input", own("m", "{\"input\":{\"url\":1}}")),
                arguments("field_missing: input has neither", own("m", "{\"input\":{}}")),
                arguments("field_invalid: input has both", own("m", "{\"input\":{\"data\":1,\"data_base64\":\"\"}}")),
                arguments("field_invalid: input.data_base64 is not base64", own("m", in64("not/base*64"))),
                arguments("field_invalid: action must be a string", own("m", "{\"action\":7}")),
                arguments("field_invalid: inference_id must not be empty", own("m", "{\"inference_id\":\"\"}")),
                arguments("field_too_long: inference_id has 258", own("m", id("é".repeat(129)))),
                arguments("field_too_long: action", own("m", "{\"action\":\"" + "a".repeat(257) + "\"}")),
                arguments("text_invalid: inference_id holds a NUL", own("m", id("a\\u0000b"))),
                arguments("text_invalid: inference_id holds half", own("m", id("a\\ud800b"))),
                arguments("text_invalid: metadata holds a NUL", own("m", meta("{\"k\":\"\\u0000\"}"))),
                arguments("json_invalid: Unexpected low surrogate", own("m", meta("{\"\\udc00\":1}"))),
                arguments("metadata holds the number 1e200000", own("m", meta("{\"k\":1e200000}"))),
                arguments("metadata holds the number 1E-301", own("m", meta("{\"k\":[1E-301]}"))),
                arguments("a number of more than 100", own("m", meta("{\"k\":" + "9".repeat(101) + "}"))),
                arguments("nested deeper than 32", own("m", meta("{\"k\":" + "[".repeat(32) + "]".repeat(32) + "}"))),
                arguments("metadata has 65", own("m", meta("{\"k\":\"" + "x".repeat(65536) + "\"}"))),
                arguments("json_invalid", own("m", meta("{\"k\":1,\"k\":2}"))),
                arguments("field_invalid: metadata must be", own("m", meta("[1]"))),
                arguments(
                        "byte order mark",
                        binary(
                                OwnJson.TYPE + ".request",
                                "a/b",
                                utf8(""),
                                "ce_modelid",
                                "m",
                                "ce_metadata",
                                "\uFEFF{}")),
                arguments("time_invalid: created_at 'yesterday'", own("m", at("yesterday"))),
                arguments("time_invalid: created_at 0000", own("m", at("0000-01-01T00:00:00Z"))),
                arguments("time_invalid", own("m", at("+100000-01-01T00:00:00Z"))),
                arguments("time_in_future: created_at 2026-03-01T13:00:01Z", own("m", at("2026-03-01T13:00:01Z"))),
                arguments("model_conflict", own("m", "{\"model_id\":\"other\"}")));
    }

    @Test
    void anHourAheadIsNotYetTheFuture() throws Exception {
        assertThat(one(own("m", at("2026-03-01T13:00:00Z"))).createdAt())
                .isEqualTo(NOON.plusSeconds(3600).toEpochMilli() * 1000);
    }

    private static RawEvent plain() {
        return Events.record(utf8("k"), utf8("{}"), List.of());
    }

    private static String id(String id) {
        return "{\"inference_id\":\"" + id + "\"}";
    }

    private static String at(String time) {
        return "{\"created_at\":\"" + time + "\"}";
    }

    private static String meta(String json) {
        return "{\"metadata\":" + json + "}";
    }

    private static String in64(String text) {
        return "{\"input\":{\"data_base64\":\"" + text + "\"}}";
    }

    private Inference one(RawEvent event) throws BadEvent {
        Decoded decoded = formats.begin(event, null).decode();
        assertThat(decoded.inferences()).hasSize(1);
        return decoded.inferences().get(0).of(decoded.model().text());
    }

    private String failureOf(RawEvent event) {
        try {
            return "decoded: " + formats.begin(event, null).decode().inferences();
        } catch (BadEvent bad) {
            return bad.failure().code() + ": " + bad.detail();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
