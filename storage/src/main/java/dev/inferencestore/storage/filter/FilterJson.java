package dev.inferencestore.storage.filter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.filter.BoundingBox;
import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.Operator;
import dev.inferencestore.domain.filter.MetadataCondition.ValueType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Filters as tasks keep them and the API shows them. */
public final class FilterJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private FilterJson() {}

    public static String write(InferenceFilter filter) {
        ObjectNode json = JSON.createObjectNode();
        if (!filter.inferenceIds().isEmpty()) {
            ArrayNode ids = json.putArray("inference_ids");
            filter.inferenceIds().forEach(ids::add);
        }
        put(json, "start", filter.start());
        put(json, "end", filter.end());
        if (filter.action() != null) {
            json.put("action", filter.action());
        }
        if (filter.metadata() != null) {
            json.set("metadata", tree(filter.metadata()));
        } else if (!filter.conditions().isEmpty()) {
            ArrayNode conditions = json.putArray("metadata");
            filter.conditions().forEach(condition -> conditions.add(condition(condition)));
        }
        BoundingBox box = filter.box();
        if (box != null) {
            json.putObject("bounding_box")
                    .put("min_latitude", box.south())
                    .put("max_latitude", box.north())
                    .put("min_longitude", box.west())
                    .put("max_longitude", box.east());
        }
        return json.toString();
    }

    public static InferenceFilter read(String text) {
        JsonNode json = tree(text);
        List<String> ids = new ArrayList<>();
        json.path("inference_ids").forEach(id -> ids.add(id.asText()));
        List<MetadataCondition> conditions = new ArrayList<>();
        JsonNode metadata = json.path("metadata");
        if (metadata.isArray()) {
            metadata.forEach(condition -> conditions.add(condition(condition)));
        }
        return new InferenceFilter(
                ids,
                micros(json.get("start")),
                micros(json.get("end")),
                json.hasNonNull("action") ? json.get("action").asText() : null,
                metadata.isObject() ? metadata.toString() : null,
                conditions,
                box(json.path("bounding_box")));
    }

    /** The JSON of a filter. Its numbers may be such as a double cannot hold. */
    public static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("no JSON", broken);
        }
    }

    private static ObjectNode condition(MetadataCondition condition) {
        ObjectNode json = JSON.createObjectNode()
                .put("key", condition.key())
                .put("operator", condition.operator().text())
                .put("type", condition.type().text());
        if (condition.operator() == Operator.IN) {
            ArrayNode values = json.putArray("value");
            condition.values().forEach(value -> values.add(tree(value)));
        } else {
            json.set("value", tree(condition.value()));
        }
        return json;
    }

    private static MetadataCondition condition(JsonNode json) {
        Operator operator = Operator.valueOf(json.get("operator").asText().toUpperCase(Locale.ROOT));
        List<String> values = new ArrayList<>();
        if (operator == Operator.IN) {
            json.get("value").forEach(value -> values.add(value.toString()));
        } else {
            values.add(json.get("value").toString());
        }
        ValueType type = ValueType.valueOf(json.get("type").asText().toUpperCase(Locale.ROOT));
        return new MetadataCondition(json.get("key").asText(), operator, type, values);
    }

    private static @Nullable BoundingBox box(JsonNode json) {
        return json.isObject()
                ? new BoundingBox(
                        json.get("min_latitude").decimalValue(),
                        json.get("max_latitude").decimalValue(),
                        json.get("min_longitude").decimalValue(),
                        json.get("max_longitude").decimalValue())
                : null;
    }

    private static void put(ObjectNode json, String field, @Nullable Long micros) {
        if (micros != null) {
            json.put(field, EventTime.instant(micros).toString());
        }
    }

    private static @Nullable Long micros(@Nullable JsonNode time) {
        return time == null ? null : EventTime.of(Instant.parse(time.asText()));
    }
}
