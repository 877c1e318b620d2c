package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.route.TurnedAway;
import org.jspecify.annotations.Nullable;

/**
 * One event of a load, before its contents are made.
 *
 * @param index its place in the sending, from 0
 * @param createdAt microseconds since 1970
 * @param malformed what is wrong with it, where its shape is {@link Shape#MALFORMED}
 * @param turnedAway why it is not stored though it is in order; null where it is stored or malformed
 */
record Slot(
        int index,
        Shape shape,
        String model,
        String inferenceId,
        long createdAt,
        @Nullable Malformed malformed,
        @Nullable TurnedAway turnedAway) {

    boolean isStored() {
        return malformed == null && turnedAway == null;
    }

    Part part() {
        return switch (shape) {
            case REQUEST -> Part.REQUEST;
            case RESPONSE -> Part.RESPONSE;
            default -> Part.BOTH;
        };
    }
}
