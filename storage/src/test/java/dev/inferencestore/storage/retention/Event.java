package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.event.Part;
import java.time.Instant;

/**
 * An inference to store, or half of one.
 *
 * @param input null where it has none
 * @param outputInSegment as one that is too large for a row
 * @param generation of its model when it was accepted
 */
public record Event(
        String id,
        Instant time,
        Part part,
        String action,
        String metadata,
        String input,
        String output,
        boolean outputInSegment,
        long generation) {

    public static Event at(String id, Instant time) {
        return new Event(
                id, time, Part.BOTH, "detect", "{}", "the input of " + id + ";", "\"output of " + id + "\"", false, 1);
    }

    public static Event request(String id, Instant time) {
        return at(id, time).of(Part.REQUEST);
    }

    public static Event response(String id, Instant time) {
        return at(id, time).of(Part.RESPONSE).withoutInput();
    }

    public Event withoutInput() {
        return with(null, output, outputInSegment);
    }

    public Event input(String text) {
        return with(text, output, outputInSegment);
    }

    public Event largeOutput() {
        return with(input, "\"the output of " + id + ";\"", true);
    }

    /** The same key, other content. */
    public Event conflicting() {
        return with("another input of " + id + ";", output, outputInSegment);
    }

    public Event action(String called) {
        return new Event(id, time, part, called, metadata, input, output, outputInSegment, generation);
    }

    public Event metadata(String json) {
        return new Event(id, time, part, action, json, input, output, outputInSegment, generation);
    }

    public Event ofGeneration(long accepted) {
        return new Event(id, time, part, action, metadata, input, output, outputInSegment, accepted);
    }

    private Event of(Part half) {
        return new Event(id, time, half, action, metadata, input, output, outputInSegment, generation);
    }

    private Event with(String in, String out, boolean inSegment) {
        return new Event(id, time, part, action, metadata, in, out, inSegment, generation);
    }
}
