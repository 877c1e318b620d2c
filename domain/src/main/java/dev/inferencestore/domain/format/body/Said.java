package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.wire.MetadataFields;
import org.jspecify.annotations.Nullable;

/**
 * One inference, or its answer, as a body says it. Not yet checked against the limits, but for the metadata.
 *
 * @param payload the input of a request, the output of a response
 */
public record Said(@Nullable String action, MetadataFields metadata, Payload payload) {

    /** Bytes of which nothing more is known. */
    public static Said of(Payload payload) {
        return new Said(null, new MetadataFields(), payload);
    }
}
