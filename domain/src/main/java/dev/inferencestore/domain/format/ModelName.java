package dev.inferencestore.domain.format;

import dev.inferencestore.domain.registration.SourceKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an event names its model: keys of sources that models may have, the closest first, then a model's own id. One
 * look-up each.
 *
 * @param id null where the event carries none
 */
public record ModelName(List<SourceKey> keys, @Nullable String id) {
    /** A model's own id. */
    static ModelName ofId(String id) {
        return new ModelName(List.of(), id);
    }

    /** What a source claims. */
    static ModelName of(SourceKey... keys) {
        return new ModelName(List.of(keys), null);
    }

    /** As it is shown where no model is found. */
    public String text() {
        return keys.isEmpty() ? String.valueOf(id) : keys.get(keys.size() - 1).text();
    }
}
