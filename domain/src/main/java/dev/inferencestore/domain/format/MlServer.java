package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.body.Bodies;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MLServer over Kafka, and other servers of Seldon whose events have the same types: bodies of the Open Inference Protocol,
 * with CloudEvents attributes of version 0.3 in part. The record's key overrides the id in the body.
 */
final class MlServer implements Format {
    private static final String REQUEST = "io.seldon.serving.inference.request";
    private static final String RESPONSE = "io.seldon.serving.inference.response";
    private static final String MODEL = "mlserver-model";

    @Override
    public boolean takes(Headline event) {
        String type = event.type();
        return type.equals(REQUEST)
                || type.equals(RESPONSE)
                || event.header(MODEL) != null
                || (event.ofTopic() == SourceFormat.MLSERVER && type.isEmpty());
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        String named = event.header(MODEL) == null ? event.modelId() : event.header(MODEL);
        return named == null ? null : named(SourceFormat.MLSERVER, named);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        ModelName model = model(event);
        if (model == null) {
            throw new BadEvent(Failure.MODEL_MISSING, "there is neither a header mlserver-model nor Ce-Modelid");
        }
        Part said = event.type().equals(REQUEST) ? Part.REQUEST : event.type().equals(RESPONSE) ? Part.RESPONSE : null;
        Body body = said == null
                ? Bodies.either(event.data(), event.contentType())
                : said == Part.REQUEST
                        ? Bodies.request(event.data(), event.contentType())
                        : Bodies.response(event.data(), event.contentType());
        Part part = said == null ? body.part() : said;
        if (part == null) {
            throw new BadEvent(
                    Failure.FIELD_MISSING, "neither Ce-Type nor the body says whether it is a request or a response");
        }
        String id = Texts.check("id", id(event, body), Limits.INFERENCE_ID);
        String other = id.equals(event.attribute("requestid")) ? null : event.attribute("requestid");
        Exchange exchange = new Exchange(
                id,
                Times.createdAt("time", event.attribute("time"), event.event()),
                null,
                event.attribute("source"),
                new MetadataFields().text("requestid", other));
        return new Decoded(model, exchange.inferences(part, body));
    }

    /** Of a model that a source claims, or that is registered under the name itself. */
    static ModelName named(SourceFormat format, String name) {
        return new ModelName(List.of(SourceKey.named(format, name)), name);
    }

    private static String id(Headline event, Body body) throws BadEvent {
        byte[] key = event.event().key();
        if (key != null && key.length > 0) {
            return Texts.utf8("the record's key", key, 0, key.length);
        }
        String said = body.id() == null ? event.attribute("requestid") : body.id();
        String id = said == null ? event.attribute("id") : said;
        if (id == null || id.isEmpty()) {
            throw new BadEvent(
                    Failure.FIELD_MISSING, "neither the record's key nor the body nor Ce-Requestid has an id");
        }
        return id;
    }
}
