package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is worth finding an OpenAI call by: model, reason for the end, tokens used. The body is stored as sent, so what
 * cannot be read here is passed over.
 */
final class OpenAi {
    private static final int LONGEST = 256;

    /** Chunks of a stream that are read from its end: reason and usage are in the last ones. */
    private static final int LAST_CHUNKS = 8;

    private @Nullable String model;
    private @Nullable String finishReason;
    private boolean isStream;
    private final MetadataFields usage = new MetadataFields();

    /** Reads the value of a field at the top of a body, at which the parser stands; then at its end. */
    void field(String name, JsonParser parser) throws IOException {
        JsonToken value = parser.currentToken();
        switch (name) {
            case "model" -> {
                if (model == null) {
                    model = text(parser);
                }
            }
            case "stream" -> isStream = value == JsonToken.VALUE_TRUE;
            case "choices" -> choices(parser);
            case "usage" -> usage(parser);
            default -> {}
        }
        parser.skipChildren();
    }

    /** What goes into the metadata; empty where there is nothing. */
    MetadataFields fields() {
        MetadataFields fields = new MetadataFields().text("model", model).text("finish_reason", finishReason);
        if (isStream) {
            fields.json("stream", "true");
        }
        return usage.under(fields);
    }

    private void choices(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    boolean isReason = parser.currentName().equals("finish_reason");
                    parser.nextToken();
                    String reason = isReason ? text(parser) : null;
                    finishReason = reason == null ? finishReason : reason;
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private void usage(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean isTotal =
                    name.equals("prompt_tokens") || name.equals("completion_tokens") || name.equals("total_tokens");
            if (isTotal && value == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() < 19) {
                usage.json(name, parser.getText());
            }
            parser.skipChildren();
        }
    }

    private static @Nullable String text(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return null;
        }
        String text = parser.getText();
        try {
            return text.isEmpty() ? null : Texts.check("openai", text, LONGEST);
        } catch (BadEvent passedOver) {
            return null;
        }
    }

    /**
     * Reads server-sent events: the first one, and from the end until reason and usage are found.
     *
     * @return null where they are no answer of OpenAI's kind
     */
    static @Nullable OpenAi stream(byte[] body) {
        OpenAi openAi = new OpenAi();
        openAi.isStream = true;
        int start = EventStream.first(body);
        int[] first = EventStream.next(body, start);
        if (first == null || !openAi.chunk(body, first)) {
            return null;
        }
        OpenAi end = new OpenAi();
        int before = body.length;
        for (int i = 0; i < LAST_CHUNKS && (end.finishReason == null || end.usage.isEmpty()); i++) {
            int[] chunk = EventStream.last(body, start, before);
            if (chunk == null) {
                break;
            }
            OpenAi one = new OpenAi();
            one.chunk(body, chunk);
            if (end.finishReason == null) {
                end.finishReason = one.finishReason;
            }
            if (end.usage.isEmpty()) {
                end.usage.addAll(one.usage);
            }
            before = chunk[0];
        }
        openAi.finishReason = end.finishReason;
        openAi.usage.addAll(end.usage);
        return openAi;
    }

    /** Whether it is a chunk of an answer. */
    private boolean chunk(byte[] body, int[] range) {
        byte[] json = Arrays.copyOfRange(body, range[0], range[1]);
        try {
            return Json.read(json, parser -> {
                Json.expectObject(parser, "a chunk");
                boolean isChunk = false;
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    isChunk |= name.equals("choices");
                    parser.nextToken();
                    field(name, parser);
                }
                return isChunk;
            });
        } catch (BadEvent passedOver) {
            return false;
        }
    }
}
