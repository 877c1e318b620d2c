package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Metadata as sent, once it is certain that a jsonb column takes it and keeps all of it. */
public final class Metadata {
    /** Its first byte: readers of JSON pass over it, jsonb refuses it. */
    private static final byte BYTE_ORDER_MARK = (byte) 0xEF;

    private Metadata() {}

    /** Reads the object at which the parser stands. */
    public static @Nullable String read(byte[] document, JsonParser parser) throws IOException, BadEvent {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        Json.expectObject(parser, "metadata");
        byte[] slice = Json.slice(document, parser);
        return check(slice);
    }

    /** Reads metadata that is sent as text of its own. */
    public static @Nullable String read(@Nullable String text) throws BadEvent {
        if (text == null) {
            return null;
        }
        // As bytes, half a character would be a question mark.
        Texts.storable("metadata", text);
        return check(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a text is one JSON value, of any kind, that can be a field of metadata. */
    public static boolean isStorable(String value) {
        return isStorable(value, false);
    }

    /** Whether a text is a JSON object that can be a field of metadata. */
    public static boolean isObject(String value) {
        return isStorable(value, true);
    }

    private static boolean isStorable(String value, boolean mustBeObject) {
        try {
            Texts.storable("metadata", value);
            byte[] json = value.getBytes(StandardCharsets.UTF_8);
            if (json.length == 0 || json.length > Limits.METADATA || json[0] == BYTE_ORDER_MARK) {
                return false;
            }
            // Read alone: in an object, what looks like a value could bring further fields.
            return Json.readStrictly(json, parser -> {
                boolean fits = !mustBeObject || parser.currentToken() == JsonToken.START_OBJECT;
                walk(parser, 1);
                return fits;
            });
        } catch (BadEvent broken) {
            return false;
        }
    }

    private static String check(byte[] json) throws BadEvent {
        if (json.length > Limits.METADATA) {
            throw new BadEvent(
                    Failure.METADATA_INVALID, "metadata has " + json.length + " bytes; the most is " + Limits.METADATA);
        }
        if (json.length == 0 || json[0] == BYTE_ORDER_MARK) {
            throw new BadEvent(Failure.METADATA_INVALID, "metadata is empty or starts with a byte order mark");
        }
        Json.readStrictly(json, parser -> {
            Json.expectObject(parser, "metadata");
            walk(parser, 0);
            return true;
        });
        return new String(json, StandardCharsets.UTF_8);
    }

    /** Goes over the value at which the parser stands, which is so many levels deep. */
    private static void walk(JsonParser parser, int above) throws IOException, BadEvent {
        int depth = above;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart() && ++depth > Limits.METADATA_DEPTH) {
                throw new BadEvent(Failure.METADATA_INVALID, "metadata is nested deeper than " + Limits.METADATA_DEPTH);
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                Texts.storable("metadata", parser.getText());
            } else if (token.isNumeric()) {
                number(parser.getText());
            }
            if (depth == above) {
                return;
            }
            token = parser.nextToken();
        }
    }

    private static void number(String text) throws BadEvent {
        if (text.length() > Limits.NUMBER) {
            throw new BadEvent(
                    Failure.METADATA_INVALID, "metadata holds a number of more than " + Limits.NUMBER + " characters");
        }
        int e = Math.max(text.indexOf('e'), text.indexOf('E'));
        if (e >= 0) {
            String exponent = text.substring(e + 1).replace("+", "").replace("-", "");
            if (exponent.length() > 9 || Integer.parseInt(exponent) > Limits.EXPONENT) {
                throw new BadEvent(
                        Failure.METADATA_INVALID,
                        "metadata holds the number " + text + "; exponents go to " + Limits.EXPONENT);
            }
        }
    }
}
