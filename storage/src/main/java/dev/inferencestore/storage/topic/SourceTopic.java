package dev.inferencestore.storage.topic;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A topic that a source names, as it was last seen.
 *
 * @param detail why it is not read; null where there is nothing to say
 * @param since from when on its events are read; null where nobody has asked for it yet
 * @param checkedAt when a job last looked at it; null where none has yet
 */
public record SourceTopic(
        String topic,
        TopicState state,
        @Nullable String detail,
        @Nullable Instant since,
        @Nullable Instant checkedAt) {}
