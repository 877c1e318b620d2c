package dev.inferencestore.storage.topic;

import org.jspecify.annotations.Nullable;

/**
 * What a job found when it looked at a topic.
 *
 * @param detail why it is not read; null where it is
 * @param partitions how many it has
 * @param topicId Kafka's own id of it; null where it could not be had
 */
public record TopicFinding(
        String topic,
        TopicState state,
        @Nullable String detail,
        int partitions,
        @Nullable String topicId) {}
