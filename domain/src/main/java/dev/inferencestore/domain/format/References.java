package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.Texts;
import org.jspecify.annotations.Nullable;

/** The CloudEvents extension {@code dataref} (claim check): where the data is, when it does not come with the event. */
final class References {
    private References() {}

    /** The data of an event; where it has none but says where it is, that address. */
    static Payload payload(Headline event, @Nullable String contentType) throws BadEvent {
        String reference = Texts.checkOptional("dataref", event.attribute("dataref"), Limits.REFERENCE);
        return reference == null || reference.isEmpty() || event.data().length > 0
                ? new Payload(contentType, event.data())
                : Payload.at(contentType, reference);
    }
}
