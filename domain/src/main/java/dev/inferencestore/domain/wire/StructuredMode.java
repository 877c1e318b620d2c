package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CloudEvents whose Kafka value is the JSON envelope. */
final class StructuredMode {
    private static final byte[] NOTHING = {};

    private StructuredMode() {}

    static Envelope read(byte[] document) throws BadEvent {
        return Json.read(document, parser -> envelope(document, parser));
    }

    private static Envelope envelope(byte[] document, JsonParser parser) throws IOException, BadEvent {
        Json.expectObject(parser, "the envelope");
        Map<String, String> attributes = new HashMap<>();
        byte[] data = null;
        String text = null;
        boolean base64 = false;
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            JsonToken value = parser.nextToken();
            if (name.equals("data_base64")) {
                data = Json.base64(parser, name);
                base64 = true;
            } else if (name.equals("data") && !base64) {
                text = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                data = value == JsonToken.VALUE_NULL ? NOTHING : Json.slice(document, parser);
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                attributes.put(name, parser.getText());
            } else if (value != JsonToken.VALUE_NULL) {
                throw new BadEvent(Failure.ENVELOPE_INVALID, "attribute '" + name + "' must be a scalar");
            }
        }
        String contentType = attributes.get("datacontenttype");
        if (text != null && !base64 && !isJson(contentType)) {
            data = text.getBytes(StandardCharsets.UTF_8);
        }
        return Envelope.of(attributes, contentType, data == null ? NOTHING : data);
    }

    /** Data without a content type is JSON, says the specification. */
    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return true;
        }
        String type = contentType.toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).trim();
        return media.endsWith("/json") || media.endsWith("+json");
    }
}
