package dev.inferencestore.storage.retention;

import java.util.Set;

/**
 * A transaction at whose end an action is held open.
 *
 * @param kind what it does, told by the tables that it writes
 * @param nth which of that kind
 * @param text as the list of interleavings calls it
 */
record Stop(Kind kind, int nth, String text) {
    static final Stop NOWHERE = new Stop(Kind.ANY, 0, "nowhere");

    /** The one transaction of what a person asks for, or of a flush. */
    static final Stop ITS_END = new Stop(Kind.ANY, 1, "its one transaction");

    /** What a transaction does. */
    enum Kind {
        START,
        COUNT,
        NOTICE,
        CLAIM,
        /** It has written, and is about to take the lock of the floors. */
        BEFORE_LOCK,
        MARK,
        RENEW,
        ROWS,
        TOMBSTONES,
        ERASED_ROWS,
        SCRUB,
        END,
        ANY;

        static Kind of(Set<String> written) {
            if (written.contains("retention_claims")) {
                return written.contains("floors") ? CLAIM : ROWS;
            }
            if (written.contains("erased_inferences")) {
                return written.contains("tombstones") ? TOMBSTONES : ERASED_ROWS;
            }
            if (written.contains("segments")) {
                return written.contains("retention_tasks") ? SCRUB : MARK;
            }
            if (written.contains("retention_outbox")) {
                return written.contains("retention_policies") ? NOTICE : END;
            }
            if (written.contains("floors")) {
                return START;
            }
            if (written.contains("retention_tasks")) {
                return COUNT;
            }
            return written.contains("retention_leases") ? RENEW : ANY;
        }
    }

    boolean isAt(Kind other, int count) {
        return (kind == Kind.ANY || kind == other) && count == nth;
    }

    /** Whether it ends under the lock of the floors, so that most others wait for it. */
    boolean underFloors() {
        return switch (kind) {
            case COUNT, MARK, BEFORE_LOCK, RENEW, SCRUB -> false;
            default -> true;
        };
    }
}
