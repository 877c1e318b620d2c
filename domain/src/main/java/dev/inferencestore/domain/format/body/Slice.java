package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.Texts;
import java.io.IOException;

/** Where a value stands in a document, from its first byte to after its last. */
record Slice(int from, int to) {

    /** Of the value at which the parser stands; the parser then stands at its end. */
    static Slice at(JsonParser parser) throws IOException {
        int[] range = Json.range(parser);
        return new Slice(range[0], range[1]);
    }

    /** As it was sent, to be metadata: what is longer than that may be is not made a text of. */
    String text(byte[] document) throws BadEvent {
        if (to - from > Limits.METADATA) {
            throw new BadEvent(
                    Failure.METADATA_INVALID,
                    "a field of the body has " + (to - from) + " bytes; metadata may have " + Limits.METADATA);
        }
        return Texts.utf8("metadata", document, from, to);
    }
}
