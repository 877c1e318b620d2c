package dev.inferencestore.domain.route;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.wire.Decoders;
import dev.inferencestore.domain.wire.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an event. Reads the model's name from the headers first, so that an event nobody wants costs
 * a look-up and not a look into its body. Never throws: whatever an event holds, it has an outcome.
 */
public final class Router {
    private final Decoders decoders;
    private final long largestEvent;

    /**
     * Makes a router.
     *
     * @param largestEvent bytes of key, value and headers above which an event is a dead letter
     */
    public Router(Decoders decoders, long largestEvent) {
        this.decoders = decoders;
        this.largestEvent = largestEvent;
    }

    public Decision route(RawEvent event, Registry registry) {
        if (event.missing() > 0) {
            return new Decision.TurnAway(TurnedAway.MISSING_IN_KAFKA, null, event.missing());
        }
        if (event.value() == null) {
            return new Decision.TurnAway(TurnedAway.NO_VALUE, null, 1);
        }
        String early = Envelope.modelInHeaders(event);
        try {
            Decision unwanted = early == null ? null : turnedAway(early, registry);
            return unwanted == null ? decode(event, early, registry) : unwanted;
        } catch (BadEvent bad) {
            return new Decision.DeadLetter(bad.failure(), bad.detail(), early);
        } catch (RuntimeException | StackOverflowError bug) {
            BadEvent cut = new BadEvent(Failure.INTERNAL, bug.toString());
            return new Decision.DeadLetter(cut.failure(), cut.detail(), early);
        }
    }

    private Decision decode(RawEvent event, @Nullable String early, Registry registry) throws BadEvent {
        if (event.size() > largestEvent) {
            throw new BadEvent(
                    Failure.EVENT_TOO_LARGE,
                    "the event has " + event.size() + " bytes; the most is " + largestEvent
                            + " (ingest.max-event-size)");
        }
        List<Inference> inferences = decoders.decode(event);
        String modelId = inferences.get(0).modelId();
        for (Inference inference : inferences) {
            if (!inference.modelId().equals(modelId) || (early != null && !early.equals(modelId))) {
                throw new BadEvent(
                        Failure.MODEL_CONFLICT,
                        "the event is for '" + (early == null ? modelId : early) + "' and its body for '"
                                + inference.modelId() + "'");
            }
        }
        Decision.TurnAway unwanted = turnedAway(modelId, registry);
        if (unwanted != null) {
            return unwanted;
        }
        ControlRecord model = registry.find(modelId);
        return new Decision.Accept(modelId, model == null ? 0 : model.generation(), inferences);
    }

    private static Decision.@Nullable TurnAway turnedAway(String name, Registry registry) {
        ControlRecord model = registry.find(name);
        if (model == null || model.deleted()) {
            return new Decision.TurnAway(TurnedAway.UNREGISTERED, name, 1);
        }
        return model.enabled() ? null : new Decision.TurnAway(TurnedAway.STORAGE_DISABLED, name, 1);
    }
}
