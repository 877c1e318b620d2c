package dev.inferencestore.domain.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.io.IOException;
import java.util.Arrays;

/** Reads JSON from bytes, strictly, and hands parts of it out as they were sent. */
public final class Json {
    private static final JsonFactory FACTORY = factory().build();

    /** Also finds repeated names at every level, for which it remembers all of them: for small documents. */
    private static final JsonFactory STRICT =
            factory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final ObjectMapper TREES = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /**
     * A whole document, for formats in which speed matters less; no name may stand twice in an object. Numbers stay as they
     * were written, as far as they fit.
     */
    public static JsonNode tree(byte[] document) throws BadEvent {
        return read(document, parser -> {
            try {
                JsonNode tree = TREES.readTree(parser);
                return tree == null ? TREES.nullNode() : tree;
            } catch (MismatchedInputException twice) {
                throw new BadEvent(
                        Failure.FIELD_INVALID, "'" + parser.currentName() + "' stands twice in an object of the body");
            } catch (NumberFormatException tooLarge) {
                throw new BadEvent(Failure.JSON_INVALID, "the body has a number that is too large to be read");
            }
        });
    }

    /** What reads a document; may find it to be no JSON at any point. */
    public interface Reader<T> {
        T read(JsonParser parser) throws IOException, BadEvent;
    }

    /** Reads a whole document, whose bytes must be UTF-8, and makes a bad event of what is no JSON. */
    public static <T> T read(byte[] document, Reader<T> reader) throws BadEvent {
        return read(FACTORY, document, reader);
    }

    /** Reads a small document, in which no name may stand twice in an object at any level. */
    public static <T> T readStrictly(byte[] document, Reader<T> reader) throws BadEvent {
        return read(STRICT, document, reader);
    }

    /** Reads a document only as far as the reader goes: what follows may be anything. */
    public static <T> T readBeginning(byte[] document, Reader<T> reader) throws BadEvent {
        return read(FACTORY, document, reader, false);
    }

    private static <T> T read(JsonFactory factory, byte[] document, Reader<T> reader) throws BadEvent {
        return read(factory, document, reader, true);
    }

    private static <T> T read(JsonFactory factory, byte[] document, Reader<T> reader, boolean toTheEnd)
            throws BadEvent {
        try (JsonParser parser = factory.createParser(document)) {
            if (parser.nextToken() == null) {
                throw new BadEvent(Failure.JSON_INVALID, "the body is empty");
            }
            if (parser.currentTokenLocation().getByteOffset() < 0) {
                throw new BadEvent(Failure.JSON_INVALID, "the body is in UTF-16 or UTF-32; send UTF-8");
            }
            T result = reader.read(parser);
            if (toTheEnd && parser.nextToken() != null) {
                throw new BadEvent(Failure.JSON_INVALID, "something follows after the end of the JSON body");
            }
            return result;
        } catch (JsonEOFException cut) {
            throw new BadEvent(Failure.JSON_INVALID, "the body ends too early");
        } catch (IOException notJson) {
            throw new BadEvent(Failure.JSON_INVALID, firstLine(String.valueOf(notJson.getMessage())));
        }
    }

    /** The bytes of the value at which the parser stands, as they were sent; the parser then stands at its end. */
    public static byte[] slice(byte[] document, JsonParser parser) throws IOException {
        int[] range = range(parser);
        return Arrays.copyOfRange(document, range[0], range[1]);
    }

    /** Where the value at which the parser stands begins and ends in the document; the parser then stands at its end. */
    public static int[] range(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return new int[] {from, (int) parser.currentLocation().getByteOffset()};
    }

    /** Requires the token to be the start of an object. */
    public static void expectObject(JsonParser parser, String what) throws BadEvent {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new BadEvent(Failure.FIELD_INVALID, what + " must be a JSON object");
        }
    }

    /** The text at which the parser stands. */
    public static String text(JsonParser parser, String field) throws IOException, BadEvent {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new BadEvent(Failure.FIELD_INVALID, field + " must be a string");
        }
        return parser.getText();
    }

    /** Decodes the base64 text at which the parser stands. */
    public static byte[] base64(JsonParser parser, String field) throws IOException, BadEvent {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new BadEvent(Failure.FIELD_INVALID, field + " must be a string in base64");
        }
        try {
            return parser.getBinaryValue();
        } catch (JsonEOFException cut) {
            throw cut;
        } catch (IOException notBase64) {
            throw new BadEvent(
                    Failure.FIELD_INVALID,
                    field + " is not base64: " + firstLine(String.valueOf(notBase64.getMessage())));
        }
    }

    private static JsonFactoryBuilder factory() {
        return new JsonFactoryBuilder()
                // Senders choose the names, so keeping them for the life of the process would fill it.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNumberLength(1_000)
                        .maxNestingDepth(500)
                        .build());
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
