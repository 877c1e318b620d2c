package dev.inferencestore.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.JsonRule;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.inference.MetadataAdditions;
import java.util.Set;
import java.util.TreeSet;

/** Reads what is to be added to metadata: each field is a key, and null takes away what was added. */
final class MetadataBody {
    private static final TextRule KEY = TextRule.storable(256);
    private static final int MOST_KEYS = 100;

    private MetadataBody() {}

    static MetadataAdditions.Change read(Fields fields) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        Set<String> removed = new TreeSet<>();
        Set<String> keys = fields.names();
        if (keys.isEmpty() || keys.size() > MOST_KEYS) {
            fields.error(
                    "", "must have 1 to " + MOST_KEYS + " keys: those that are to be added or, as null, taken away");
        }
        for (String key : keys) {
            KEY.broken(key).ifPresent(rule -> fields.error("", "has a key that " + rule));
            JsonNode value = fields.any(key);
            if (value == null || value.isNull()) {
                removed.add(key);
            } else {
                JsonRule.broken(JsonNodeFactory.instance.objectNode().set("value", value))
                        .ifPresent(rule -> fields.error(key, rule));
                values.set(key, value);
            }
        }
        fields.done();
        Set<String> set = new TreeSet<>(keys);
        set.removeAll(removed);
        return new MetadataAdditions.Change(values.toString(), set, removed);
    }
}
