package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Texts;
import java.io.IOException;

/** Where a value stands in a document, from its first byte to after its last. */
record Slice(int from, int to) {

    /** Of the value at which the parser stands; the parser then stands at its end. */
    static Slice at(JsonParser parser) throws IOException {
        int[] range = Json.range(parser);
        return new Slice(range[0], range[1]);
    }

    /** As it was sent. */
    String text(byte[] document) throws BadEvent {
        return Texts.utf8("metadata", document, from, to);
    }
}
