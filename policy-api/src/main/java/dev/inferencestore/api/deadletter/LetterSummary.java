package dev.inferencestore.api.deadletter;

import dev.inferencestore.storage.deadletter.DeadEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A dead letter without its bytes, as a list has it. */
record LetterSummary(
        LetterId id,
        Instant at,
        String reason,
        String detail,
        @Nullable String modelId,
        EventNames names,
        @Nullable DeadEvent event,
        @Nullable Instant timestamp,
        long size,
        boolean cut) {
    static LetterSummary of(Letter letter) {
        return new LetterSummary(
                letter.id(),
                letter.at(),
                letter.reason(),
                letter.detail(),
                letter.modelId(),
                EventNames.of(letter.held()),
                letter.event(),
                letter.timestamp(),
                letter.size(),
                letter.cut() != null);
    }
}
