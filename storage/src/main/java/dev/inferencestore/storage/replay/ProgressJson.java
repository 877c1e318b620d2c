package dev.inferencestore.storage.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.replay.ReplayBeat.Position;
import java.util.HashMap;
import java.util.Map;

/** Counts and positions as they are kept. */
final class ProgressJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProgressJson() {}

    static String counts(Map<String, Long> counts) {
        return JSON.valueToTree(counts).toString();
    }

    static Map<String, Long> counts(String json) {
        Map<String, Long> counts = new HashMap<>();
        tree(json)
                .properties()
                .forEach(field -> counts.put(field.getKey(), field.getValue().longValue()));
        return counts;
    }

    static String positions(Map<String, Position> positions) {
        ObjectNode json = JSON.createObjectNode();
        positions.forEach((name, position) -> json.putObject(name)
                .put("from", position.from())
                .put("next", position.next())
                .put("end", position.end()));
        return json.toString();
    }

    static Map<String, Position> positions(String json) {
        Map<String, Position> positions = new HashMap<>();
        tree(json).properties().forEach(field -> {
            JsonNode end = field.getValue().path("end");
            positions.put(
                    field.getKey(),
                    new Position(
                            field.getValue().path("from").longValue(),
                            field.getValue().path("next").longValue(),
                            end.isNull() ? null : (Long) end.longValue()));
        });
        return positions;
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException notJson) {
            throw new IllegalStateException("progress is kept as what is no JSON", notJson);
        }
    }
}
