package dev.inferencestore.api.registration;

import dev.inferencestore.storage.registration.IngestFigures;
import dev.inferencestore.storage.topic.SourceTopic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a model's events. Accepted, turned away and dead lettered count events; the others count rows of
 * accepted events.
 *
 * @param topics those that its sources name, by name, beside the one that every model's events may come on
 * @param hints why nothing, or not all, is stored, in sentences; empty when all is well
 */
record IngestView(
        String modelId,
        long accepted,
        long inserted,
        long alreadyThere,
        Map<String, Long> refused,
        long conflicting,
        Map<String, Long> turnedAway,
        Map<String, Long> deadLettered,
        @Nullable Instant lastEventAt,
        @Nullable DeadLetter lastDeadLetter,
        List<Topic> topics,
        List<String> hints) {

    record DeadLetter(Instant at, String reason, @Nullable String detail) {}

    record Topic(
            String topic,
            String state,
            @Nullable String detail,
            @Nullable Instant since,
            @Nullable Instant checkedAt) {

        static Topic of(SourceTopic topic) {
            return new Topic(topic.topic(), topic.state().text(), topic.detail(), topic.since(), topic.checkedAt());
        }
    }

    static IngestView of(String modelId, IngestFigures figures, List<SourceTopic> topics, List<String> hints) {
        return new IngestView(
                modelId,
                figures.total("accepted"),
                figures.total("inserted"),
                figures.total("already_there"),
                figures.byReason("refused"),
                figures.total("conflicting"),
                figures.byReason("turned_away"),
                figures.byReason("dead_lettered"),
                figures.lastEventAt().orElse(null),
                figures.last("dead_lettered")
                        .map(last -> new DeadLetter(last.lastAt(), last.reason(), last.detail()))
                        .orElse(null),
                topics.stream().map(Topic::of).toList(),
                hints);
    }
}
