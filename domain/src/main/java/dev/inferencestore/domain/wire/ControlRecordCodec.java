package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Control records as JSON on the control topic. Fields that are not known are passed over, so that a job reads what a
 * newer API writes.
 */
public final class ControlRecordCodec {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ControlRecordCodec() {}

    public static String encode(ControlRecord record) {
        ObjectNode json = JSON.createObjectNode()
                .put("model_id", record.modelId())
                .put("version", record.version())
                .put("generation", record.generation())
                .put("project_id", record.projectId())
                .put("task_type", record.taskType())
                .put("name", record.name())
                .put("enabled", record.enabled())
                .put("deleted", record.deleted());
        json.set("sources", JSON.valueToTree(sources(record.sources())));
        json.set("policy", policy(record.policy()));
        json.set("capture", CaptureRulesCodec.write(record.capture()));
        return json.toString();
    }

    /**
     * Reads one record.
     *
     * @throws IllegalArgumentException when it is not one, saying why
     */
    public static ControlRecord decode(byte[] value) {
        try {
            return decode(JSON.readTree(value));
        } catch (IOException notJson) {
            throw new IllegalArgumentException("a control record is not JSON: " + notJson.getMessage(), notJson);
        }
    }

    /** The sources of a model as they are kept in the database and shown by the API. */
    public static String encodeSources(List<Source> sources) {
        return JSON.valueToTree(sources(sources)).toString();
    }

    /** Reads what {@link #encodeSources} wrote. */
    public static List<Source> decodeSources(String json) {
        try {
            return sources(JSON.readTree(json));
        } catch (IOException notJson) {
            throw new UncheckedIOException("sources are not JSON", notJson);
        }
    }

    private static ControlRecord decode(JsonNode json) {
        return new ControlRecord(
                text(json, "model_id"),
                number(json, "version"),
                number(json, "generation"),
                text(json, "project_id"),
                text(json, "task_type"),
                optionalText(json, "name"),
                sources(json.path("sources")),
                json.path("enabled").asBoolean(),
                json.path("deleted").asBoolean(),
                policy(json.path("policy")),
                CaptureRulesCodec.read(json.path("capture")));
    }

    private static @Nullable ObjectNode policy(@Nullable RetentionPolicy policy) {
        return policy == null
                ? null
                : JSON.createObjectNode()
                        .put("id", policy.policyId())
                        .put("version", policy.version())
                        .put("record_age_seconds", policy.terms().recordAge())
                        .put("blob_age_seconds", policy.terms().blobAge())
                        .put("delete_action", policy.terms().action().text())
                        .put("interval_seconds", policy.terms().interval())
                        .put("anchor_millis", policy.anchor())
                        .put("paused", policy.paused());
    }

    private static @Nullable RetentionPolicy policy(JsonNode json) {
        if (!json.isObject()) {
            return null;
        }
        PolicyTerms terms = new PolicyTerms(
                optionalNumber(json, "record_age_seconds"),
                optionalNumber(json, "blob_age_seconds"),
                DeleteAction.of(text(json, "delete_action")),
                number(json, "interval_seconds"));
        return new RetentionPolicy(
                text(json, "id"),
                number(json, "version"),
                terms,
                number(json, "anchor_millis"),
                json.path("paused").asBoolean());
    }

    private static List<Map<String, String>> sources(List<Source> sources) {
        List<Map<String, String>> list = new ArrayList<>();
        for (Source source : sources) {
            Map<String, String> attributes = new TreeMap<>(source.attributes());
            attributes.put("format", source.format());
            list.add(attributes);
        }
        return list;
    }

    private static List<Source> sources(JsonNode json) {
        List<Source> sources = new ArrayList<>();
        for (JsonNode entry : json) {
            Map<String, String> attributes = new HashMap<>();
            entry.properties()
                    .forEach(field ->
                            attributes.put(field.getKey(), field.getValue().asText()));
            String format = attributes.remove("format");
            sources.add(new Source(format == null ? "" : format, attributes));
        }
        return sources;
    }

    private static String text(JsonNode json, String field) {
        String text = optionalText(json, field);
        if (text == null) {
            throw new IllegalArgumentException("a control record has no " + field);
        }
        return text;
    }

    private static @Nullable String optionalText(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? value.textValue() : null;
    }

    private static @Nullable Long optionalNumber(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isIntegralNumber() ? value.longValue() : null;
    }

    private static long number(JsonNode json, String field) {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber()) {
            throw new IllegalArgumentException("a control record has no " + field);
        }
        return value.longValue();
    }
}
