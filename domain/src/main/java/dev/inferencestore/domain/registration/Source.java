package dev.inferencestore.domain.registration;

import java.util.Map;

/**
 * How events name a model, for senders that do not know its id.
 *
 * @param format the sender's format, as in {@code kserve}
 * @param attributes what identifies the model in that format, as in {@code namespace}
 */
public record Source(String format, Map<String, String> attributes) {
    public Source {
        attributes = Map.copyOf(attributes);
    }
}
