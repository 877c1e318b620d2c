package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import java.util.Locale;

/**
 * A range of event time whose records or inputs are claimed for removal.
 *
 * @param from microseconds; where the hard floor was
 * @param to where it is now
 * @param taskId whose numbers it adds to
 * @param holdsUpto by which holds it goes: those of when it was claimed; 0 where the model had none
 */
record Slice(Kind kind, long from, long to, String taskId, long holdsUpto) {
    /** What a slice removes. Inputs go first: a record without its input can be read, an input without its record cannot. */
    enum Kind {
        BLOBS("input"),
        RECORDS("output");

        private final String segments;

        Kind(String segments) {
            this.segments = segments;
        }

        /** The kind of the segments that go with it. */
        String segments() {
            return segments;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        long of(Cutoffs cutoffs) {
            return this == BLOBS ? cutoffs.blobs() : cutoffs.records();
        }

        Cutoffs upTo(long to) {
            return this == BLOBS ? new Cutoffs(Cutoffs.KEEP, to) : new Cutoffs(to, Cutoffs.KEEP);
        }
    }

    /** The floors once it is claimed. */
    Floors claim(Floors floors) {
        return floors.claim(kind.upTo(to));
    }

    /** Whether some of it may be kept. */
    boolean meetsHolds() {
        return holdsUpto > 0;
    }

    /** Whether it ends within an hour. */
    boolean cutsAnHour() {
        return Matched.floor(to) != to;
    }

    /** The end of the last hour that it takes whole. */
    long lastWhole() {
        return Matched.floor(to);
    }
}
