package dev.inferencestore.storage.inference;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A key of the metadata of a model by whose values inferences are found without going over all of them.
 *
 * @param readyAt when it was built
 * @param problem why it is not built yet, where something is in the way
 */
public record MetadataIndex(
        long id,
        String modelId,
        String key,
        State state,
        String createdBy,
        Instant createdAt,
        @Nullable Instant readyAt,
        @Nullable String problem) {
    /** The form of keys that can be indexed, which stand in statements as they are. */
    public static final String KEY = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

    /** Whether it is of use. */
    public enum State {
        BUILDING,
        READY,
        DROPPING;

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
