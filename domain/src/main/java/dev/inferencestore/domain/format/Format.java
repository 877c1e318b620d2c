package dev.inferencestore.domain.format;

import dev.inferencestore.domain.failure.BadEvent;
import org.jspecify.annotations.Nullable;

/** How one kind of sender writes events. Knows nothing of registrations. */
interface Format {

    /** Whether an event is in this format, by its headers, topic and content type. */
    boolean takes(Headline event);

    /** How the event names its model, where that is known before its body is read; else null. */
    @Nullable
    ModelName model(Headline event) throws BadEvent;

    /** What the event holds: how it names its model, and at least one inference, whose model is still open. */
    Decoded decode(Headline event) throws BadEvent;
}
