package dev.inferencestore.api.deadletter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant: those that meet all that is given.
 *
 * @param topic that the event came by
 * @param start became dead letters at or after
 * @param end became dead letters before
 */
record LetterFilter(
        @Nullable String reason,
        @Nullable String modelId,
        @Nullable String topic,
        @Nullable Instant start,
        @Nullable Instant end) {
    static final LetterFilter ALL = new LetterFilter(null, null, null, null, null);

    boolean matches(Letter letter) {
        return (reason == null || reason.equals(letter.reason()))
                && (modelId == null || modelId.equals(letter.modelId()))
                && (topic == null || topic.equals(letter.held().topic()))
                && (start == null || !letter.at().isBefore(start))
                && (end == null || letter.at().isBefore(end));
    }
}
