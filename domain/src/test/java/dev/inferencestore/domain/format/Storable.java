package dev.inferencestore.domain.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.RawEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * What the database and the segments take, said once more and apart from the decoders: no text with a NUL or half a
 * character, no JSON that jsonb refuses, nothing too long, no time out of range, no more bytes than were sent.
 */
final class Storable {
    private static final JsonFactory STRICT = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final long EARLIEST = 0;
    private static final long LATEST = 7_258_118_400_000_000L;
    private static final long HOUR = 3_600_000_000L;

    private Storable() {}

    static void check(Decoded decoded, RawEvent event) {
        require(!decoded.inferences().isEmpty(), "there is an inference", decoded);
        long size = 0;
        for (Inference inference : decoded.inferences()) {
            text(inference.inferenceId(), 1, 256);
            text(inference.action(), 1, 256);
            text(inference.source(), 0, 1024);
            long at = inference.createdAt();
            require(at >= EARLIEST && at < LATEST, "a time that a table takes", at);
            require(event.timestamp() < 0 || at <= event.timestamp() * 1000 + HOUR, "a time that has come", at);
            payload(inference.input());
            payload(inference.output());
            size += inference.size();
            metadata(inference.metadata());
        }
        require(size <= (event.value() == null ? 0 : event.value().length), "no more bytes than were sent", size);
    }

    private static void payload(Payload payload) {
        if (payload != null) {
            text(payload.contentType(), 0, 256);
            text(payload.reference(), 1, 2048);
        }
    }

    private static void text(String text, int least, int most) {
        if (text != null) {
            require(text.indexOf(0) < 0, "a text without NUL", text);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            require(bytes.length >= least && bytes.length <= most, least + " to " + most + " bytes", text);
            // Half a character would have become a question mark.
            require(new String(bytes, StandardCharsets.UTF_8).equals(text), "whole characters", text);
        }
    }

    /** Not AssertJ's: a million events have many millions of things to check. */
    private static void require(boolean holds, String what, Object found) {
        if (!holds) {
            throw new AssertionError("not " + what + ": " + found);
        }
    }

    private static void metadata(String json) {
        if (json == null) {
            return;
        }
        text(json, 2, 64 * 1024);
        try (JsonParser parser = STRICT.createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "an object", json);
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                require(depth <= 32, "32 levels", json);
                if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                    text(parser.getText(), 0, 64 * 1024);
                } else if (token.isNumeric()) {
                    BigDecimal number = new BigDecimal(parser.getText());
                    require(Math.abs(number.precision() - number.scale()) < 500, "a number that jsonb takes", number);
                }
            }
            require(parser.nextToken() == null, "one object", json);
        } catch (IOException refused) {
            throw new UncheckedIOException(json, refused);
        }
    }
}
