package dev.inferencestore.storage.retention;

import java.time.Instant;

/**
 * An inference to store.
 *
 * @param input null where it has none
 * @param outputInSegment as one that is too large for a row
 */
record Event(String id, Instant time, String input, String output, boolean outputInSegment) {

    static Event at(String id, Instant time) {
        return new Event(id, time, "the input of " + id + ";", "\"output of " + id + "\"", false);
    }

    Event withoutInput() {
        return new Event(id, time, null, output, outputInSegment);
    }

    Event largeOutput() {
        return new Event(id, time, input, "\"the output of " + id + ";\"", true);
    }

    /** The same key, other content. */
    Event conflicting() {
        return new Event(id, time, "another input of " + id + ";", output, outputInSegment);
    }
}
