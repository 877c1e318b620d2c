package dev.inferencestore.api.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.storage.deadletter.DeadEvent;
import dev.inferencestore.storage.deadletter.Replay;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as calls show it.
 *
 * @param at when it became one
 * @param sentence what the reason means; null where this version does not know it
 * @param detail what is wrong with this event
 * @param timestamp the event's Kafka timestamp
 * @param size bytes of the whole event
 * @param cut whether the letter has not all of it
 * @param replayed when it was last replayed
 * @param key of the event, in a list left out
 * @param headers of the event, in a list left out
 */
record LetterView(
        String id,
        Instant at,
        String reason,
        @Nullable String sentence,
        String detail,
        @Nullable String modelId,
        @Nullable String eventId,
        @Nullable String eventType,
        @Nullable String eventSource,
        @Nullable String topic,
        @Nullable Integer partition,
        @Nullable Long offset,
        @Nullable Instant timestamp,
        long size,
        boolean cut,
        @Nullable ReplayView replayed,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable HeaderView key,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<HeaderView> headers) {
    private static final Map<String, Failure> FAILURES =
            Stream.of(Failure.values()).collect(Collectors.toMap(Failure::code, failure -> failure));

    /** A page of them. */
    record Page(
            List<LetterView> items,
            @Nullable String nextCursor,
            @Nullable Instant scannedUntil) {}

    record ReplayView(Instant at, String by, String bytesFrom, int times) {}

    /** What a reason means; null where this version does not know it. */
    static @Nullable String sentence(String reason) {
        Failure failure = FAILURES.get(reason);
        return failure == null ? null : failure.sentence();
    }

    /** Who can mend what a reason is about; null where this version does not know it. */
    static @Nullable String blame(String reason) {
        Failure failure = FAILURES.get(reason);
        return failure == null ? null : failure.blame().name().toLowerCase(Locale.ROOT);
    }

    static LetterView of(LetterSummary letter, Map<DeadEvent, Replay> replays) {
        return of(letter, replays, null, null);
    }

    static LetterView of(
            LetterSummary letter,
            Map<DeadEvent, Replay> replays,
            @Nullable HeaderView key,
            @Nullable List<HeaderView> headers) {
        DeadEvent event = letter.event();
        Replay replay = event == null ? null : replays.get(event);
        return new LetterView(
                letter.id().text(),
                letter.at(),
                letter.reason(),
                sentence(letter.reason()),
                letter.detail(),
                letter.modelId(),
                letter.names().id(),
                letter.names().type(),
                letter.names().source(),
                event == null ? null : event.topic(),
                event == null ? null : event.partition(),
                event == null ? null : event.offset(),
                letter.timestamp(),
                letter.size(),
                letter.cut(),
                replay == null ? null : new ReplayView(replay.at(), replay.by(), replay.bytesFrom(), replay.times()),
                key,
                headers);
    }
}
