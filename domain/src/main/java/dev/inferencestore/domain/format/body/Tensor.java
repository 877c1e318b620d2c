package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.SeenFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the {@code inputs} or {@code outputs} of the Open Inference Protocol.
 *
 * @param isBytes whether its datatype is BYTES
 * @param only where its one element stands, quotes and all; null where it has none, several, or one that is no text
 */
record Tensor(
        @Nullable String name, boolean isBytes, @Nullable Slice only, Parameters parameters) {

    /** Where the one element stands, of a tensor that has one. */
    Slice element() {
        return Objects.requireNonNull(only);
    }

    /**
     * Reads the list at which the parser stands; null, having read it, where it is no list of tensors. Has one more than may
     * be taken apart at most.
     */
    static @Nullable List<Tensor> list(byte[] document, JsonParser parser) throws IOException, BadEvent {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        List<Tensor> tensors = new ArrayList<>();
        boolean all = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                if (tensors.size() > ByteInputs.MOST) {
                    // Such a request is kept as it was sent, and remembering millions would fill the memory.
                    parser.skipChildren();
                } else {
                    tensors.add(read(document, parser));
                }
            } else {
                // Lists of numbers, as KServe v1 has them.
                all = false;
                parser.skipChildren();
            }
        }
        return all && !tensors.isEmpty() ? tensors : null;
    }

    private static Tensor read(byte[] document, JsonParser parser) throws IOException, BadEvent {
        String name = null;
        boolean isBytes = false;
        Slice only = null;
        Parameters parameters = Parameters.NONE;
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            seen.add(field);
            parser.nextToken();
            switch (field) {
                case "name" -> name = Json.text(parser, field);
                case "datatype" -> isBytes = Json.text(parser, field).equals("BYTES");
                case "parameters" -> parameters = Parameters.read(document, parser);
                case "data" -> only = only(document, parser);
                default -> parser.skipChildren();
            }
        }
        return new Tensor(name, isBytes, only, parameters);
    }

    /** The one text in a list, or in a list in a list. The parser then stands at the end of the whole. */
    private static @Nullable Slice only(byte[] document, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        int depth = 0;
        while (parser.currentToken() == JsonToken.START_ARRAY) {
            depth++;
            parser.nextToken();
        }
        Slice found = null;
        boolean isText = parser.currentToken() == JsonToken.VALUE_STRING;
        int from = isText ? offset(parser) : 0;
        if (isText && parser.nextToken() == JsonToken.END_ARRAY) {
            // The parser has passed over the text without making a String of it, which can be 30 MB; it ends at the
            // last quote before here.
            int to = offset(parser);
            while (document[to - 1] != '"') {
                to--;
            }
            found = new Slice(from, to);
        }
        while (depth > 0) {
            if (parser.currentToken() == JsonToken.END_ARRAY) {
                depth--;
            } else {
                found = null;
                parser.skipChildren();
            }
            if (depth > 0) {
                parser.nextToken();
            }
        }
        return found;
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }
}
