package dev.inferencestore.api.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the letters of a call.
 *
 * @param matched those to be replayed
 * @param replayed those that Kafka has acknowledged; none of a dry run
 * @param skipped those that were replayed before, or are of an event that another letter of the call is of
 * @param cannot why the others cannot be
 */
record ReplayOutcome(
        int matched,
        int replayed,
        int skipped,
        Map<LetterId, Cannot> cannot,
        @Nullable String next,
        @Nullable Instant lookedUntil) {

    /** As the call answers it. */
    record View(
            boolean dryRun,
            int matched,
            int replayed,
            int skipped,
            List<CannotView> cannot,
            @Nullable String nextCursor,
            @Nullable Instant scannedUntil) {}

    record CannotView(String id, String reason, String detail) {}
}
