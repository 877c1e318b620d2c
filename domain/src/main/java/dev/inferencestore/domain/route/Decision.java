package dev.inferencestore.domain.route;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.failure.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of an event: each has exactly one outcome, and an event of several inferences is taken whole or not. */
public sealed interface Decision {

    /** To be stored. */
    record Accept(String modelId, long generation, List<Inference> inferences) implements Decision {}

    /**
     * Not wanted.
     *
     * @param name what the event calls its model, where it says so
     * @param count how many events it stands for; more than one only for a gap
     */
    record TurnAway(TurnedAway reason, @Nullable String name, long count) implements Decision {}

    /**
     * Not understood.
     *
     * @param modelId the registered model it is for, where that is known
     * @param withheld whether what the event holds must not be kept, since its model's rules redact
     */
    record DeadLetter(
            Failure failure, String detail, @Nullable String modelId, boolean withheld) implements Decision {}
}
