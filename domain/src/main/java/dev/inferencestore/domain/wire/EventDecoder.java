package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import java.util.List;

/** One format. */
interface EventDecoder {

    /** Whether events of this CloudEvent type are in this format. */
    boolean takes(String type);

    /**
     * The inferences that an event holds, at least one.
     *
     * @param event the record that the envelope came in, for its key and time
     */
    List<Inference> decode(Envelope envelope, RawEvent event) throws BadEvent;
}
