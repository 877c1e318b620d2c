package dev.inferencestore.domain.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.Metadata;
import dev.inferencestore.domain.wire.SeenFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import io.cloudevents.CloudEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The own format in one JSON object: a whole inference. The output is kept byte for byte as it stands in the event. A
 * field that the format does not have is refused, since a misspelt one would be lost in silence.
 */
final class OwnJson implements Format {
    static final String TYPE = "dev.inferencestore.inference";

    private static final String JSON = "application/json";

    @Override
    public boolean takes(Headline event) {
        return event.type().equals(TYPE);
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        // Its body may name another model than its key, so the key is no answer before the body is read.
        return event.modelId() == null ? null : ModelName.ofId(event.modelId());
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        CloudEvent attributes = event.cloudEvent();
        return decode(event, attributes.getId(), attributes.getSource().toString());
    }

    /**
     * Reads the body of an event.
     *
     * @param outerId the id where the body has none; null where it must have one
     * @param source where it was sent from
     */
    static Decoded decode(Headline event, @Nullable String outerId, @Nullable String source) throws BadEvent {
        Body body = Json.read(event.data(), parser -> body(event.data(), parser));
        String id = body.inferenceId == null ? outerId : body.inferenceId;
        if (id == null) {
            throw new BadEvent(Failure.FIELD_MISSING, "inference_id is missing");
        }
        if (id.isEmpty()) {
            throw new BadEvent(Failure.FIELD_INVALID, "inference_id must not be empty");
        }
        return Decoded.of(
                event.isEntry() ? Entries.model(event, body.modelId) : OwnModel.name(body.modelId, event),
                new Inference(
                        "",
                        Texts.check("inference_id", id, Limits.INFERENCE_ID),
                        Times.createdAt(
                                "created_at",
                                body.createdAt == null ? event.attribute("time") : body.createdAt,
                                event.event()),
                        Part.BOTH,
                        Texts.checkOptional("action", body.action, Limits.ACTION),
                        body.input,
                        body.output,
                        body.metadata,
                        null,
                        Texts.checkOptional("source", source, Limits.SOURCE),
                        null));
    }

    private static Body body(byte[] document, JsonParser parser) throws IOException, BadEvent {
        Json.expectObject(parser, "the body");
        Body body = new Body();
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            boolean given = parser.nextToken() != JsonToken.VALUE_NULL;
            switch (name) {
                case "inference_id" -> body.inferenceId = given ? Json.text(parser, name) : null;
                case "model_id" -> body.modelId = given ? Json.text(parser, name) : null;
                case "created_at" -> body.createdAt = given ? Json.text(parser, name) : null;
                case "action" -> body.action = given ? Json.text(parser, name) : null;
                case "input" -> body.input = given ? input(document, parser) : null;
                case "output" -> body.output = given ? new Payload(JSON, Json.slice(document, parser)) : null;
                case "metadata" -> body.metadata = Metadata.read(document, parser);
                default ->
                    throw new BadEvent(
                            Failure.FIELD_UNKNOWN,
                            "'" + name + "' is no field of " + TYPE + "; it has inference_id, model_id, created_at, "
                                    + "action, input, output, metadata");
            }
        }
        return body;
    }

    private static Payload input(byte[] document, JsonParser parser) throws IOException, BadEvent {
        Json.expectObject(parser, "input");
        String contentType = null;
        byte[] data = null;
        String standard = JSON;
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content_type" ->
                    contentType = Texts.check("input.content_type", Json.text(parser, name), Limits.CONTENT_TYPE);
                case "data", "data_base64" -> {
                    if (data != null) {
                        throw new BadEvent(Failure.FIELD_INVALID, "input has both data and data_base64");
                    }
                    if (name.equals("data_base64")) {
                        data = Json.base64(parser, "input.data_base64");
                        standard = "application/octet-stream";
                    } else if (value == JsonToken.VALUE_STRING) {
                        String text = parser.getText();
                        halves("input.data", text);
                        data = text.getBytes(StandardCharsets.UTF_8);
                        standard = "text/plain; charset=utf-8";
                    } else {
                        data = Json.slice(document, parser);
                    }
                }
                default ->
                    throw new BadEvent(
                            Failure.FIELD_UNKNOWN,
                            "'" + name + "' is no field of input; it has content_type, data, data_base64");
            }
        }
        if (data == null) {
            throw new BadEvent(Failure.FIELD_MISSING, "input has neither data nor data_base64");
        }
        return new Payload(contentType == null ? standard : contentType, data);
    }

    /** A NUL in an input is data; half a character would become a question mark. */
    private static void halves(String field, String text) throws BadEvent {
        Texts.storable(field, text.replace("\0", ""));
    }

    /** What has been read of the body. */
    private static final class Body {
        @Nullable
        String inferenceId;

        @Nullable
        String modelId;

        @Nullable
        String createdAt;

        @Nullable
        String action;

        @Nullable
        Payload input;

        @Nullable
        Payload output;

        @Nullable
        String metadata;
    }
}
