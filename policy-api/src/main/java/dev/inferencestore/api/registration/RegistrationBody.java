package dev.inferencestore.api.registration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.registration.ModelIds;
import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.storage.registration.Registration;
import dev.inferencestore.storage.topic.SourceTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a registration, checking all of its rules at once. */
final class RegistrationBody {
    private static final TextRule LABEL = TextRule.printable(256);
    private static final TextRule ATTRIBUTE_NAME = TextRule.printable(64);
    private static final int MOST_SOURCES = 32;
    private static final int MOST_ATTRIBUTES = 16;
    private static final String FORMAT = "format";
    private static final String OF_KAFKA = "__";

    private RegistrationBody() {}

    /** @param ownTopics the store's own topics but the one of inferences, which no source may name */
    static Registration read(String modelId, Fields fields, Set<String> ownTopics) {
        if (!ModelIds.isValid(modelId)) {
            fields.error("model_id", "must be " + ModelIds.RULE);
        }
        String projectId = fields.text("project_id", TextRule.ID);
        String taskType = fields.text("task_type", LABEL);
        String name = fields.optionalText("name", LABEL);
        List<Source> sources = new ArrayList<>();
        fields.objects("sources", MOST_SOURCES, (path, json) -> {
            Source source = source(path, json, fields);
            sources.add(source);
            SourceTopics.namedBy(List.of(source)).stream()
                    .filter(topic -> ownTopics.contains(topic) || topic.startsWith(OF_KAFKA))
                    .forEach(topic -> fields.error(
                            path, "names the topic '" + topic + "', which is the store's own, or Kafka's"));
        });
        fields.done();
        return new Registration(modelId, projectId, taskType, name, sources);
    }

    private static Source source(String path, ObjectNode json, Fields fields) {
        Map<String, String> attributes = new HashMap<>();
        for (var attribute : json.properties()) {
            String field = path + "." + attribute.getKey();
            ATTRIBUTE_NAME
                    .broken(attribute.getKey())
                    .ifPresent(rule -> fields.error(path, "has a field whose name " + rule));
            if (attribute.getValue().isTextual()) {
                String text = attribute.getValue().textValue();
                LABEL.broken(text).ifPresent(rule -> fields.error(field, rule));
                attributes.put(attribute.getKey(), text);
            } else {
                fields.error(field, "must be a text");
            }
        }
        if (!json.has(FORMAT)) {
            fields.error(path + "." + FORMAT, "must be given");
        }
        if (json.size() > MOST_ATTRIBUTES) {
            fields.error(path, "must have at most " + MOST_ATTRIBUTES + " fields");
        }
        String format = attributes.remove(FORMAT);
        Source source = new Source(format == null ? "" : format, attributes);
        if (format != null) {
            SourceFormat.broken(source).forEach((attribute, rule) -> fields.error(path + "." + attribute, rule));
        }
        return source;
    }
}
