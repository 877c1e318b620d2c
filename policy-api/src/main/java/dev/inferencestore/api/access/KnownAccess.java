package dev.inferencestore.api.access;

import dev.inferencestore.storage.access.AccessReader;
import dev.inferencestore.storage.access.AccessSnapshot;
import dev.inferencestore.storage.access.ApiToken;
import dev.inferencestore.storage.access.TokenHash;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and grants as they were a moment ago. They are few, so all of them are kept, and read again only after a change:
 * a call costs no query, and neither does a token that there is not, however often it is tried. Safe for use by several
 * threads. While the database does not answer nothing is known, and nobody is let in.
 */
final class KnownAccess {
    /** A change is known everywhere after so long. */
    static final Duration AGE = Duration.ofSeconds(1);

    /** For a token that is not known: it may have been made just now, by another process. */
    static final Duration AGE_OF_UNKNOWN = Duration.ofMillis(100);

    /** What was read, and when its version was last found to be the newest. */
    private record Known(AccessSnapshot snapshot, long nanos) {}

    private final AccessReader reader;
    private final LongSupplier nanos;
    private volatile @Nullable Known known;

    /**
     * Reads nothing yet.
     *
     * @param nanos a clock that never jumps
     */
    KnownAccess(AccessReader reader, LongSupplier nanos) {
        this.reader = reader;
        this.nanos = nanos;
    }

    /** All of it, at most {@link #AGE} old. */
    AccessSnapshot current() {
        return noOlderThan(AGE);
    }

    /** The token with this hash, if there is one. */
    @Nullable
    ApiToken token(TokenHash hash) {
        ApiToken found = current().token(hash);
        return found == null ? noOlderThan(AGE_OF_UNKNOWN).token(hash) : found;
    }

    /** Reads again at the next call, after a change that this process made; waits for a reading that may lack it. */
    synchronized void changed() {
        known = null;
    }

    private AccessSnapshot noOlderThan(Duration age) {
        Known before = known;
        return before != null && isWithin(before, age) ? before.snapshot() : refresh(age);
    }

    private synchronized AccessSnapshot refresh(Duration age) {
        Known before = known;
        if (before != null && isWithin(before, age)) {
            return before.snapshot();
        }
        long now = nanos.getAsLong();
        AccessSnapshot snapshot =
                before != null && before.snapshot().version() == reader.version() ? before.snapshot() : reader.read();
        known = new Known(snapshot, now);
        return snapshot;
    }

    private boolean isWithin(Known what, Duration age) {
        return nanos.getAsLong() - what.nanos() < age.toNanos();
    }
}
