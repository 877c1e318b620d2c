package dev.inferencestore.api.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.event.EventHeader;
import dev.inferencestore.domain.event.RawEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an event calls itself, as far as that can be read of one that could not be: by its headers, or by the beginning of
 * its envelope.
 */
record EventNames(
        @Nullable String id,
        @Nullable String type,
        @Nullable String source) {
    private static final Set<String> WANTED = Set.of("id", "type", "source");
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final int LONGEST = 1024;

    /** Attributes come before the data in what is really sent. */
    private static final int LOOKED_AT = 64 * 1024;

    private static final JsonFactory JSON = new JsonFactory();

    static EventNames of(RawEvent event) {
        Map<String, String> found = new HashMap<>();
        boolean structured = false;
        for (EventHeader header : event.headers()) {
            byte[] value = header.value();
            String name = header.name().toLowerCase(Locale.ROOT);
            if (value == null) {
                continue;
            }
            if (name.startsWith("ce_") || name.startsWith("ce-")) {
                keep(found, name.substring(3), new String(value, StandardCharsets.UTF_8));
            } else if (name.equals("content-type")) {
                structured = new String(value, StandardCharsets.UTF_8)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .startsWith(STRUCTURED);
            }
        }
        if (structured && event.value() != null) {
            readEnvelope(event.value(), found);
        }
        return new EventNames(found.get("id"), found.get("type"), found.get("source"));
    }

    private static void readEnvelope(byte[] value, Map<String, String> found) {
        try (JsonParser json = JSON.createParser(value, 0, Math.min(value.length, LOOKED_AT))) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME && found.size() < WANTED.size()) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.VALUE_STRING) {
                    keep(found, name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException broken) {
            // Which is why it is a dead letter; what came before has been found.
            return;
        }
    }

    private static void keep(Map<String, String> found, String name, String value) {
        if (WANTED.contains(name)) {
            found.putIfAbsent(name, value.length() <= LONGEST ? value : value.substring(0, LONGEST));
        }
    }
}
