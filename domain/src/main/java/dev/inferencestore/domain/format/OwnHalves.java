package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.Metadata;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import io.cloudevents.CloudEvent;
import org.jspecify.annotations.Nullable;

/**
 * The own format in halves: the data of {@code dev.inferencestore.inference.request} is the input, that of
 * {@code ….response} the output; the attribute {@code id} joins them. Optional attributes: {@code action},
 * {@code metadata} (a JSON object as text).
 */
final class OwnHalves implements Format {
    private static final String REQUEST = OwnJson.TYPE + ".request";
    private static final String RESPONSE = OwnJson.TYPE + ".response";

    @Override
    public boolean takes(Headline event) {
        return event.type().equals(REQUEST) || event.type().equals(RESPONSE);
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        return OwnModel.inHeaders(event);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        CloudEvent attributes = event.cloudEvent();
        boolean request = event.type().equals(REQUEST);
        String contentType = Texts.checkOptional("content-type", event.contentType(), Limits.CONTENT_TYPE);
        Payload payload = References.payload(event, contentType);
        return Decoded.of(
                OwnModel.name(null, event),
                new Inference(
                        "",
                        Texts.check("id", event.required("id"), Limits.INFERENCE_ID),
                        Times.createdAt("time", event.attribute("time"), event.event()),
                        request ? Part.REQUEST : Part.RESPONSE,
                        Texts.checkOptional("action", event.attribute("action"), Limits.ACTION),
                        request ? payload : null,
                        request ? null : payload,
                        Metadata.read(event.attribute("metadata")),
                        null,
                        Texts.check("source", attributes.getSource().toString(), Limits.SOURCE),
                        null));
    }
}
