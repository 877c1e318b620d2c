package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.SeenFields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code parameters} of a request, a tensor or an answer.
 *
 * @param metadata the text of the parameter, or the JSON that it is
 * @param contentType how the one element of an input is to be understood
 * @param others where everything else stands, by name
 */
record Parameters(
        @Nullable String action,
        @Nullable String metadata,
        @Nullable String contentType,
        Map<String, Slice> others) {
    static final Parameters NONE = new Parameters(null, null, null, Map.of());

    /** Reads the value at which the parser stands. */
    static Parameters read(byte[] document, JsonParser parser) throws IOException, BadEvent {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        Json.expectObject(parser, "parameters");
        String action = null;
        String metadata = null;
        String contentType = null;
        Map<String, Slice> others = new LinkedHashMap<>();
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            boolean isText = parser.nextToken() == JsonToken.VALUE_STRING;
            if (name.equals("action") && isText) {
                action = parser.getText();
            } else if (name.equals("content_type") && isText) {
                contentType = parser.getText();
            } else if (name.equals("metadata")) {
                metadata = isText ? parser.getText() : Slice.at(parser).text(document);
            } else {
                others.put(name, Slice.at(parser));
            }
        }
        return new Parameters(
                action == null || action.isEmpty() ? null : action,
                metadata == null || metadata.isBlank() ? null : metadata,
                contentType,
                others);
    }

    /** Whether they say what only the platform says whose inputs are bytes in base64. */
    boolean areOfPlatform() {
        return action != null || metadata != null;
    }
}
