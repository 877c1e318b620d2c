package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.registration.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says about a model when registering it. Storage is switched on its own.
 *
 * @param sources how events name this model, where they do not carry its id
 */
public record Registration(
        String modelId,
        String projectId,
        String taskType,
        @Nullable String name,
        List<Source> sources) {
    public Registration {
        sources = List.copyOf(sources);
    }
}
