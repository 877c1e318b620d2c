package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.capture.CaptureRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Capture rules as JSON: in a control record, in the database and in answers. */
public final class CaptureRulesCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private CaptureRulesCodec() {}

    /** All fields, those that say nothing too. */
    public static @Nullable ObjectNode write(@Nullable CaptureRules rules) {
        if (rules == null) {
            return null;
        }
        ObjectNode json = JSON.createObjectNode()
                .put("version", rules.version())
                .put("sample", rules.sample())
                .put("inputs", rules.inputs())
                .put("outputs", rules.outputs());
        json.set("status_codes", JSON.valueToTree(rules.statusCodes()));
        json.set("redact", JSON.valueToTree(rules.redact()));
        json.set("redact_headers", JSON.valueToTree(rules.redactHeaders()));
        return json.put("max_input_size", rules.maxInputSize()).put("max_output_size", rules.maxOutputSize());
    }

    /** Reads what {@link #write} wrote; null where it is no object. */
    public static @Nullable CaptureRules read(JsonNode json) {
        return json.isObject()
                ? new CaptureRules(
                        json.path("version").asLong(),
                        json.path("sample").asDouble(1),
                        json.path("inputs").asBoolean(true),
                        json.path("outputs").asBoolean(true),
                        texts(json.path("status_codes")),
                        texts(json.path("redact")),
                        texts(json.path("redact_headers")),
                        size(json.path("max_input_size")),
                        size(json.path("max_output_size")))
                : null;
    }

    /** Reads the text of what {@link #write} wrote. */
    public static @Nullable CaptureRules read(@Nullable String json) {
        try {
            return json == null ? null : read(JSON.readTree(json));
        } catch (IOException notJson) {
            throw new UncheckedIOException("capture rules are not JSON", notJson);
        }
    }

    private static List<String> texts(JsonNode json) {
        List<String> texts = new ArrayList<>();
        json.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static @Nullable Long size(JsonNode json) {
        return json.isIntegralNumber() ? json.longValue() : null;
    }
}
