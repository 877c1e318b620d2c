package dev.inferencestore.domain.registration;

import java.util.HashMap;
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

    /** What every source with the same key says too: its format and what that requires. */
    public Source least() {
        SourceFormat known = SourceFormat.of(format);
        if (known == null) {
            return this;
        }
        Map<String, String> least = new HashMap<>(attributes);
        least.keySet().retainAll(known.required());
        return new Source(format, least);
    }
}
