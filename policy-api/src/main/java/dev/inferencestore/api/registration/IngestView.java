package dev.inferencestore.api.registration;

import dev.inferencestore.storage.registration.IngestFigures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a model's events. Accepted, turned away and dead lettered count events; the others count rows of
 * accepted events.
 *
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
        List<String> hints) {

    record DeadLetter(Instant at, String reason, @Nullable String detail) {}

    static IngestView of(String modelId, IngestFigures figures, List<String> hints) {
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
                hints);
    }
}
