package dev.inferencestore.api.deadletter;

import dev.inferencestore.storage.topic.SourceTopics;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which topics events are sent to again: those that the job reads events from, and never one that the store or Kafka keeps for
 * itself, whatever a letter or a registration says. For one call.
 */
final class ReplayTopics {
    private static final String OF_KAFKA = "__";

    private final DeadLetterSettings settings;
    private final SourceTopics sources;
    private @Nullable Set<String> named;

    ReplayTopics(DeadLetterSettings settings, SourceTopics sources) {
        this.settings = settings;
        this.sources = sources;
    }

    boolean takes(String topic) {
        if (topic.startsWith(OF_KAFKA) || settings.neverTo().contains(topic)) {
            return false;
        }
        return topic.equals(settings.inferencesTopic()) || named().contains(topic);
    }

    private Set<String> named() {
        if (named == null) {
            named = sources.named();
        }
        return named;
    }
}
