package dev.inferencestore.domain.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent out of its JSON envelope, before anything is checked.
 *
 * @param attributes all of them as text, {@code specversion} and {@code datacontenttype} too
 * @param contentType of the data; null where the envelope does not say
 * @param data exactly as sent
 */
public record SentEvent(
        Map<String, String> attributes, @Nullable String contentType, byte[] data) {
    public SentEvent {
        attributes = Map.copyOf(attributes);
    }
}
