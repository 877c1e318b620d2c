package dev.inferencestore.storage.inference;

import dev.inferencestore.domain.event.Part;
import java.util.Comparator;

/**
 * A row in the order of lists: by time, then by id, then by half. At the same time a response comes after its request.
 *
 * @param createdAt event time in microseconds
 */
public record Place(long createdAt, String inferenceId, Part part) {
    /** The database's order of ids is its own, so places are only compared by time here. */
    static final Comparator<Place> BY_TIME = Comparator.comparingLong(Place::createdAt);

    boolean isResponse() {
        return part == Part.RESPONSE;
    }
}
