package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.ModelIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All formats that are taken; finds the one of an event. */
public final class Decoders {
    private final List<EventDecoder> decoders = List.of(new OwnHalves(), new OwnJson());

    /** The inferences that an event holds, at least one. */
    public List<Inference> decode(RawEvent event) throws BadEvent {
        Envelope envelope = Envelope.open(event);
        String type = envelope.attributes().getType();
        for (EventDecoder decoder : decoders) {
            if (decoder.takes(type)) {
                return decoder.decode(envelope, event);
            }
        }
        throw new BadEvent(Failure.TYPE_UNKNOWN, "no decoder takes events of type '" + type + "'");
    }

    /** Whether the body of events of this type may say which model they are of. */
    public static boolean mayNameModelInBody(String type) {
        return type.startsWith(OwnJson.TYPE);
    }

    /** The model of an event: what its body says, else its attribute, else its key where that has a model id's form. */
    static String model(@Nullable String inBody, Envelope envelope, RawEvent event) throws BadEvent {
        String inAttribute = envelope.model();
        if (inBody != null && inAttribute != null && !inBody.equals(inAttribute)) {
            throw new BadEvent(
                    Failure.MODEL_CONFLICT,
                    "the attribute modelid is '" + inAttribute + "' and model_id in the body '" + inBody + "'");
        }
        String model = inBody == null ? inAttribute : inBody;
        if (model == null && event.key() != null) {
            String key = new String(event.key(), StandardCharsets.UTF_8);
            model = ModelIds.isValid(key) ? key : null;
        }
        if (model == null) {
            throw new BadEvent(
                    Failure.MODEL_MISSING, "no attribute modelid, no model_id in the body, and the key is no model id");
        }
        return model;
    }
}
