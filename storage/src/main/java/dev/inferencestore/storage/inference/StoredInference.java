package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import org.jspecify.annotations.Nullable;

/**
 * An inference as it is read: its first half, and the response that belongs to it where that came by itself. A response
 * belongs to the latest request of its id at or before it.
 */
public record StoredInference(
        String modelId, StoredHalf first, @Nullable StoredHalf second) {

    public Place place() {
        return first.place();
    }

    /** Which halves are there. */
    public Part part() {
        return second != null ? Part.BOTH : first.place().part();
    }

    /** The half that has what the model said; the first one where neither has. */
    public StoredHalf answer() {
        return second == null || (first.hasOutput() && !second.hasOutput()) ? first : second;
    }

    /** The half that has the input; the first one where neither has. */
    public StoredHalf input() {
        return second != null && first.inputSize() == null && second.inputSize() != null ? second : first;
    }
}
