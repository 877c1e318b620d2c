package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.body.Bodies;
import dev.inferencestore.domain.format.body.Body;
import dev.inferencestore.domain.format.body.ProtoBodies;
import dev.inferencestore.domain.registration.SourceFormat;
import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.MetadataFields;
import dev.inferencestore.domain.wire.Texts;
import dev.inferencestore.domain.wire.Times;
import org.jspecify.annotations.Nullable;

/**
 * Seldon Core v2: topics {@code <prefix>.<namespace>.model.<model>.inputs} and {@code .outputs}, whose key is the id of the
 * request. The topic alone says which model and which half it is: what comes out has the headers of what went in.
 */
final class Seldon implements Format {
    private static final String MODEL = ".model.";
    private static final String INPUTS = ".inputs";
    private static final String OUTPUTS = ".outputs";

    @Override
    public boolean takes(Headline event) {
        return event.ofTopic() == SourceFormat.SELDON && parsed(event.topic()) != null;
    }

    @Override
    public @Nullable ModelName model(Headline event) {
        SourceKey key = parsed(event.topic());
        return key == null ? null : ModelName.of(key);
    }

    @Override
    public Decoded decode(Headline event) throws BadEvent {
        SourceKey key = parsed(event.topic());
        byte[] id = event.event().key();
        if (key == null || id == null || id.length == 0) {
            throw new BadEvent(Failure.FIELD_MISSING, "the record has no key, which is the id of the request");
        }
        Part part = event.topic().endsWith(INPUTS) ? Part.REQUEST : Part.RESPONSE;
        Exchange exchange = new Exchange(
                Texts.utf8("the record's key", id, 0, id.length),
                Times.createdAt("the Kafka timestamp", null, event.event()),
                null,
                null,
                new MetadataFields());
        return new Decoded(ModelName.of(key), exchange.inferences(part, body(part, event)));
    }

    /** JSON begins with a brace, which no such message can begin with. */
    static Body body(Part part, Headline event) throws BadEvent {
        byte[] data = event.data();
        int at = 0;
        while (at < data.length && (data[at] == ' ' || data[at] == '\n' || data[at] == '\r' || data[at] == '\t')) {
            at++;
        }
        // A message begins with its model's name, whose tag is a line feed: so JSON is asked for first.
        if (at < data.length && data[at] == '{') {
            return part == Part.REQUEST
                    ? Bodies.request(data, event.contentType())
                    : Bodies.response(data, event.contentType());
        }
        return ProtoBodies.of(part, data);
    }

    private static @Nullable SourceKey parsed(String topic) {
        int end = topic.endsWith(INPUTS)
                ? topic.length() - INPUTS.length()
                : topic.endsWith(OUTPUTS) ? topic.length() - OUTPUTS.length() : -1;
        int model = end < 0 ? -1 : topic.lastIndexOf(MODEL, end);
        int namespace = model < 0 ? -1 : topic.lastIndexOf('.', model - 1);
        return namespace <= 0 || model + MODEL.length() >= end || namespace + 1 >= model
                ? null
                : SourceKey.seldon(
                        topic.substring(0, namespace),
                        topic.substring(namespace + 1, model),
                        topic.substring(model + MODEL.length(), end));
    }
}
