package dev.inferencestore.domain.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.body.Bodies;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.format.body.ProtoBodies;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.SeenFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ModelMesh's payload processor: {@code {"id","modelid","vModelId","data","kind","status","metadata"}}, without an envelope. Its
 * body alone names the model. The data is what went over gRPC.
 */
final class ModelMesh implements Format {
    static final String NAME = "modelmesh";

    @Override
    public boolean takes(Headline event) {
        return event.ofTopic() == SourceFormat.MODELMESH || NAME.equals(event.header(Headline.FORMAT)) || isBare(event);
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        return null;
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        byte[] document = event.data();
        if (isBare(event) && !event.isNamed(NAME) && !looksLikeOne(document)) {
            event.cloudEvent();
        }
        Sent sent = Json.read(document, parser -> read(document, parser));
        String id = required("id", sent.id);
        String kind = required("kind", sent.kind);
        Part part = kind.equalsIgnoreCase("request")
                ? Part.REQUEST
                : kind.equalsIgnoreCase("response") ? Part.RESPONSE : null;
        if (part == null) {
            throw new BadEvent(Failure.FIELD_INVALID, "kind must be request or response");
        }
        Integer status = number(sent.status);
        Exchange exchange = new Exchange(
                Texts.check("id", id, Limits.INFERENCE_ID),
                Times.createdAt("the Kafka timestamp", null, event.event()),
                status,
                null,
                new MetadataFields()
                        .object("headers", sent.metadata)
                        .text("status", status == null ? sent.status : null));
        return new Decoded(sent.model(), exchange.inferences(part, body(part, sent.data)));
    }

    private static Body body(Part part, byte @Nullable [] data) throws BadEvent {
        byte[] bytes = data == null ? new byte[0] : data;
        if (ProtoBodies.is(part, bytes)) {
            return ProtoBodies.of(part, bytes);
        }
        return part == Part.REQUEST ? Bodies.request(bytes, null) : Bodies.response(bytes, null);
    }

    /** A JSON object that nothing says anything about, on a topic of which nothing is said either. */
    private static boolean isBare(Headline event) {
        return event.ofTopic() == null
                && event.attribute("specversion") == null
                && !event.isStructured()
                && !event.isEntry()
                && event.data().length > 0
                && event.data()[0] == '{';
    }

    private static boolean looksLikeOne(byte[] document) throws BadEvent {
        Sent sent = Json.read(document, parser -> read(document, parser));
        return sent.modelId != null && sent.kind != null;
    }

    private static Sent read(byte[] document, JsonParser parser) throws IOException, BadEvent {
        Json.expectObject(parser, "the body");
        Sent sent = new Sent();
        SeenFields seen = new SeenFields();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            seen.add(name);
            boolean given = parser.nextToken() != JsonToken.VALUE_NULL;
            switch (name) {
                case "id" -> sent.id = given ? Json.text(parser, name) : null;
                case "modelid" -> sent.modelId = given ? Json.text(parser, name) : null;
                case "vModelId" -> sent.virtualModelId = given ? Json.text(parser, name) : null;
                case "kind" -> sent.kind = given ? Json.text(parser, name) : null;
                case "status" -> {
                    if (!parser.currentToken().isScalarValue()) {
                        throw new BadEvent(Failure.FIELD_INVALID, "status must be a string or a number");
                    }
                    sent.status = given && !parser.getText().isEmpty() ? parser.getText() : null;
                }
                case "data" -> sent.data = given ? Json.base64(parser, name) : null;
                case "metadata" -> {
                    byte[] said = Json.slice(document, parser);
                    String text = Texts.utf8("metadata", said, 0, said.length);
                    sent.metadata = given && !text.equals("{}") ? text : null;
                }
                default -> parser.skipChildren();
            }
        }
        return sent;
    }

    private static String required(String field, @Nullable String text) throws BadEvent {
        if (text == null || text.isEmpty()) {
            throw new BadEvent(Failure.FIELD_MISSING, field + " is missing");
        }
        return text;
    }

    private static @Nullable Integer number(@Nullable String status) {
        return status != null && status.length() == 3 && status.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Integer.valueOf(status)
                : null;
    }

    /** What has been read of the body. */
    private static final class Sent {
        private @Nullable String id;
        private @Nullable String modelId;
        private @Nullable String virtualModelId;
        private @Nullable String kind;
        private @Nullable String status;
        private @Nullable String metadata;
        private byte @Nullable [] data;

        private ModelName model() throws BadEvent {
            if (modelId == null && virtualModelId == null) {
                throw new BadEvent(Failure.MODEL_MISSING, "there is neither modelid nor vModelId");
            }
            List<SourceKey> keys = new ArrayList<>();
            for (String name : new String[] {modelId, virtualModelId}) {
                if (name != null) {
                    keys.add(SourceKey.named(SourceFormat.MODELMESH, name));
                }
            }
            return new ModelName(keys, modelId);
        }
    }
}
