package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a call: Open Inference Protocol v2, KServe v1, OpenAI. What is none of these, or is broken, is kept as
 * it was sent; only metadata that cannot be stored makes a bad event.
 */
public final class Bodies {
    private Bodies() {}

    /**
     * What was asked of a model.
     *
     * @param contentType as said by the event; null where it does not say
     */
    public static Body request(byte[] data, @Nullable String contentType) throws BadEvent {
        return Body.unread(new Payload(contentType, data));
    }

    /** What a model answered. Its content type is often that of the request, so the bytes are asked first. */
    public static Body response(byte[] data, @Nullable String contentType) throws BadEvent {
        return Body.unread(new Payload(contentType, data));
    }

    /** One of the two, for events that do not say which: {@link Body#part} tells, where the shape does. */
    public static Body either(byte[] data, @Nullable String contentType) throws BadEvent {
        return Body.unread(new Payload(contentType, data));
    }
}
