package dev.inferencestore.api.deadletter;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters, the newest first.
 *
 * @param next of each partition the offset after the one that the next page begins with; null where there is no more
 * @param scannedUntil when the last one that was looked at became a dead letter; null where there is no more
 */
record LetterPage(
        List<LetterSummary> items,
        @Nullable List<Long> next,
        @Nullable Instant scannedUntil) {
    LetterPage {
        items = List.copyOf(items);
        next = next == null ? null : List.copyOf(next);
    }
}
