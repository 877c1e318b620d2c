package dev.inferencestore.storage.retention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.retention.InferenceFilter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Filters as a task keeps them and the API shows them. */
final class EraseFilterJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private EraseFilterJson() {}

    static String write(InferenceFilter filter) {
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
        }
        return json.toString();
    }

    static InferenceFilter read(String text) {
        JsonNode json = tree(text);
        List<String> ids = new ArrayList<>();
        json.path("inference_ids").forEach(id -> ids.add(id.asText()));
        return new InferenceFilter(
                ids,
                micros(json.get("start")),
                micros(json.get("end")),
                json.hasNonNull("action") ? json.get("action").asText() : null,
                json.hasNonNull("metadata") ? json.get("metadata").toString() : null);
    }

    private static void put(ObjectNode json, String field, @Nullable Long micros) {
        if (micros != null) {
            json.put(field, RetentionJson.text(micros));
        }
    }

    private static @Nullable Long micros(@Nullable JsonNode time) {
        return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time.asText()));
    }

    /** The JSON of a filter. Its numbers may be such as a double cannot hold. */
    static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("no JSON", broken);
        }
    }
}
