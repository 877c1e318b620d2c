package dev.inferencestore.storage.topic;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a registered model names.
 *
 * @param since from when on its events are to be read
 * @param topicId Kafka's own id of it when it was last looked at; null where it never was
 */
public record WantedTopic(
        String topic, Instant since, @Nullable String topicId) {}
