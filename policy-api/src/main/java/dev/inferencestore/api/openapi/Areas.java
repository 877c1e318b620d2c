package dev.inferencestore.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The written part of the description, a file an area, merged. */
final class Areas {
    /** In the order in which they are shown. */
    private static final List<String> FILES = List.of(
            "common",
            "models",
            "replays",
            "reading",
            "metadata",
            "retention-policies",
            "retention-tasks",
            "holds",
            "erasing",
            "projects",
            "usage",
            "events",
            "dead-letters",
            "access",
            "audit",
            "operations");

    private static final ObjectMapper YAML = new YAMLMapper();

    private Areas() {}

    /** A document of its own, to be changed at will. */
    static ObjectNode read() {
        ObjectNode document = YAML.createObjectNode();
        FILES.forEach(file -> merge(document, read(file), file));
        return document;
    }

    private static JsonNode read(String file) {
        try (InputStream yaml = Areas.class.getResourceAsStream(file + ".yaml")) {
            return YAML.readTree(yaml);
        } catch (IOException broken) {
            throw new UncheckedIOException(file, broken);
        }
    }

    /** Objects are merged and lists appended to; anything else that two areas say is a mistake. */
    private static void merge(ObjectNode into, JsonNode from, String where) {
        from.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode there = into.get(name);
            JsonNode more = field.getValue();
            if (there == null) {
                into.set(name, more);
            } else if (there instanceof ObjectNode object && more.isObject()) {
                merge(object, more, where + "/" + name);
            } else if (there instanceof ArrayNode list && more instanceof ArrayNode others) {
                list.addAll(others);
            } else {
                throw new IllegalStateException(where + "/" + name + " is said twice");
            }
        });
    }
}
