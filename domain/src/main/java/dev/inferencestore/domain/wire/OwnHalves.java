package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import java.util.List;

/**
 * The own format in halves: the data of {@code dev.inferencestore.inference.request} is the input, that of
 * {@code ….response} the output; the attribute {@code id} joins them. Optional attributes: {@code action},
 * {@code metadata} (a JSON object as text).
 */
final class OwnHalves implements EventDecoder {
    private static final String REQUEST = OwnJson.TYPE + ".request";
    private static final String RESPONSE = OwnJson.TYPE + ".response";

    @Override
    public boolean takes(String type) {
        return type.equals(REQUEST) || type.equals(RESPONSE);
    }

    @Override
    public List<Inference> decode(Envelope envelope, RawEvent event) throws BadEvent {
        boolean request = envelope.attributes().getType().equals(REQUEST);
        String contentType = Texts.checkOptional("content-type", envelope.contentType(), Limits.CONTENT_TYPE);
        Payload payload = new Payload(contentType, envelope.data());
        return List.of(new Inference(
                Decoders.model(null, envelope, event),
                Texts.check("id", envelope.attributes().getId(), Limits.INFERENCE_ID),
                Times.createdAt("time", envelope.time(), event),
                request ? Part.REQUEST : Part.RESPONSE,
                Texts.checkOptional("action", envelope.extension("action"), Limits.ACTION),
                request ? payload : null,
                request ? null : payload,
                Metadata.read(envelope.extension("metadata")),
                null,
                Texts.check("source", envelope.attributes().getSource().toString(), Limits.SOURCE),
                null));
    }
}
