package dev.inferencestore.domain.format;

import dev.inferencestore.domain.event.Inference;
import java.util.List;

/**
 * What an event holds.
 *
 * @param inferences at least one; the id of the first is the id of the exchange, by which sampling is decided
 */
public record Decoded(ModelName model, List<Inference> inferences) {
    static Decoded of(ModelName model, Inference inference) {
        return new Decoded(model, List.of(inference));
    }
}
