package dev.inferencestore.domain.registration;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest control record of every model. Records may come in any order and more than once: the highest version
 * wins, so loading from the database and reading the topic can overlap. Not safe for use by several threads.
 */
public final class Registry {
    private final Map<String, ControlRecord> models = new HashMap<>();
    private long version;

    /**
     * Takes a record in if it is newer than what is known of its model.
     *
     * @return whether it was
     */
    public boolean apply(ControlRecord record) {
        version = Math.max(version, record.version());
        ControlRecord known = models.get(record.modelId());
        if (known != null && known.version() >= record.version()) {
            return false;
        }
        models.put(record.modelId(), record);
        return true;
    }

    /** The registration of a model; null where none was ever seen. Unregistered models are still found. */
    public @Nullable ControlRecord find(String modelId) {
        return models.get(modelId);
    }

    /** The highest version seen, of any model. */
    public long version() {
        return version;
    }

    public int size() {
        return models.size();
    }
}
