package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CloudEvents that are JSON envelopes: the value of a Kafka record, or the body of a call, which may also hold a list. */
public final class StructuredMode {
    private static final byte[] NOTHING = {};
    private static final String VERSION_WITH_ENCODINGS = "0.3";

    private StructuredMode() {}

    /** Reads one envelope. */
    public static SentEvent one(byte[] document) throws BadEvent {
        return Json.read(document, parser -> envelope(document, parser));
    }

    /**
     * Reads a list of envelopes.
     *
     * @throws BadEvent whose detail begins with which one it is about, as in {@code [2]}
     */
    public static List<SentEvent> batch(byte[] document) throws BadEvent {
        List<byte[]> envelopes = Json.read(document, parser -> elements(document, parser));
        List<SentEvent> events = new ArrayList<>(envelopes.size());
        for (byte[] envelope : envelopes) {
            try {
                events.add(one(envelope));
            } catch (BadEvent bad) {
                throw new BadEvent(bad.failure(), "[" + events.size() + "]: " + bad.detail());
            }
        }
        return events;
    }

    private static List<byte[]> elements(byte[] document, JsonParser parser) throws IOException, BadEvent {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new BadEvent(Failure.FIELD_INVALID, "a batch must be a JSON list of envelopes");
        }
        List<byte[]> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(Json.slice(document, parser));
        }
        return elements;
    }

    private static SentEvent envelope(byte[] document, JsonParser parser) throws IOException, BadEvent {
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
        if (text != null && !base64 && isBase64(attributes)) {
            attributes.remove("datacontentencoding");
            data = decoded(text);
        } else if (text != null && !base64 && !isJson(contentType)) {
            data = text.getBytes(StandardCharsets.UTF_8);
        }
        return new SentEvent(attributes, contentType, data == null ? NOTHING : data);
    }

    /** Version 0.3 had no field of its own for binary data. */
    private static boolean isBase64(Map<String, String> attributes) {
        return VERSION_WITH_ENCODINGS.equals(attributes.get("specversion"))
                && "base64".equalsIgnoreCase(attributes.get("datacontentencoding"));
    }

    private static byte[] decoded(String text) throws BadEvent {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new BadEvent(Failure.FIELD_INVALID, "data is not base64, as datacontentencoding says it is");
        }
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
