package dev.inferencestore.api.inference;

import dev.inferencestore.domain.event.Part;
import dev.inferencestore.storage.inference.InputState;
import dev.inferencestore.storage.inference.Place;
import dev.inferencestore.storage.inference.StoredHalf;

/** Halves of inferences, for tests of how they are shown. */
final class HalfOf {
    private HalfOf() {}

    static StoredHalf output(String contentType, byte[] bytes) {
        return new StoredHalf(
                new Place(0, "a", Part.BOTH),
                null,
                null,
                bytes,
                contentType,
                bytes.length,
                null,
                InputState.NONE,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
