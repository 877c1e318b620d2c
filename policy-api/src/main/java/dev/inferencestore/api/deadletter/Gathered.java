package dev.inferencestore.api.deadletter;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Letters that somebody wants replayed, as many as one call takes.
 *
 * @param unknown those of the named ones that are not there, or not the caller's
 * @param next what goes on where this ended; null where nothing is left
 * @param lookedUntil when the last one became a dead letter; null where nothing is left
 */
record Gathered(
        List<Letter> letters,
        List<LetterId> unknown,
        @Nullable String next,
        @Nullable Instant lookedUntil) {
    Gathered {
        letters = List.copyOf(letters);
        unknown = List.copyOf(unknown);
    }
}
