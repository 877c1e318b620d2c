package dev.inferencestore.storage.registration;

import org.jspecify.annotations.Nullable;

/** A change that was made up from another version than the one there is. Read again, then decide. */
public final class StaleVersion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleVersion(String modelId, @Nullable Long version) {
        super(
                version == null
                        ? "model '" + modelId + "' is not registered"
                        : "model '" + modelId + "' is at version " + version);
    }
}
