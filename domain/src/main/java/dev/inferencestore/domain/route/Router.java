package dev.inferencestore.domain.route;

import dev.inferencestore.domain.capture.Capture;
import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.format.Decoded;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.format.ModelName;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.registration.SourceKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an event. Reads the model's name from the headers first, so that an event nobody wants costs
 * a look-up and not a look into its body. Never throws: whatever an event holds, it has an outcome.
 */
public final class Router {
    private final Formats formats;
    private final long largestEvent;
    private final long largestPayload;
    private Admission admission = Admission.LIVE;

    /**
     * Makes a router.
     *
     * @param largestEvent bytes of key, value and headers above which an event is a dead letter
     * @param largestPayload bytes of an input or an output above which it is recorded without them
     */
    public Router(Formats formats, long largestEvent, long largestPayload) {
        this.formats = formats;
        this.largestEvent = largestEvent;
        this.largestPayload = largestPayload;
    }

    /** As by {@link #Router(Formats, long, long)}, where whatever fits in an event is stored. */
    public Router(Formats formats, long largestEvent) {
        this(formats, largestEvent, largestEvent);
    }

    /** Judges by this from now on. */
    public void admit(Admission other) {
        admission = other;
    }

    public Decision route(RawEvent event, Registry registry) {
        if (event.missing() > 0) {
            return new Decision.TurnAway(TurnedAway.MISSING_IN_KAFKA, null, event.missing());
        }
        if (event.value() == null) {
            return new Decision.TurnAway(TurnedAway.NO_VALUE, null, 1);
        }
        Target early = Target.UNKNOWN;
        try {
            Formats.Reading reading = formats.begin(event, registry.formatOf(event.topic()));
            if (reading.wasReEmitted()) {
                return new Decision.TurnAway(TurnedAway.RE_EMITTED, null, 1);
            }
            ModelName name = reading.model();
            if (name != null) {
                early = Target.find(name, registry);
                Decision.TurnAway unwanted = early.turnedAway(admission, time(event));
                if (unwanted != null) {
                    return unwanted;
                }
            }
            return decode(event, reading, early, registry);
        } catch (BadEvent bad) {
            return letter(bad, early, registry);
        } catch (RuntimeException | StackOverflowError bug) {
            return letter(new BadEvent(Failure.INTERNAL, bug.toString()), early, registry);
        }
    }

    private Decision decode(RawEvent event, Formats.Reading reading, Target early, Registry registry) throws BadEvent {
        if (event.size() > largestEvent) {
            throw new BadEvent(
                    Failure.EVENT_TOO_LARGE,
                    "the event has " + event.size() + " bytes; the most is " + largestEvent
                            + " (ingest.max-event-size)");
        }
        Decoded decoded = reading.decode();
        if (reading.wasReEmitted()) {
            return new Decision.TurnAway(TurnedAway.RE_EMITTED, null, 1);
        }
        Target target = Target.find(decoded.model(), registry);
        if (early.model != null && !early.model.equals(target.model)) {
            throw new BadEvent(
                    Failure.MODEL_CONFLICT,
                    "the event is for '" + early.model.modelId() + "' and its body for '" + target.shown() + "'");
        }
        long at = time(event);
        Decision.TurnAway unwanted = target.turnedAway(
                admission, at == Admission.UNKNOWN ? decoded.inferences().get(0).createdAt() : at);
        if (unwanted != null || target.model == null) {
            return unwanted == null ? new Decision.TurnAway(TurnedAway.UNREGISTERED, target.shown(), 1) : unwanted;
        }
        return accept(decoded.inferences(), target.model, registry.capture(target.model.modelId()));
    }

    private Decision accept(List<Inference> said, ControlRecord model, @Nullable Capture capture) {
        String modelId = model.modelId();
        if (capture != null && !capture.samples(said.get(0).inferenceId())) {
            return new Decision.TurnAway(TurnedAway.NOT_SAMPLED, modelId, 1);
        }
        List<Inference> kept = new ArrayList<>(said.size());
        for (Inference inference : said) {
            Inference captured = capture == null ? inference : capture.apply(inference);
            if (captured != null) {
                kept.add(captured.with(
                                Capture.capped(captured.input(), largestPayload),
                                Capture.capped(captured.output(), largestPayload))
                        .of(modelId));
            }
        }
        return kept.isEmpty()
                ? new Decision.TurnAway(TurnedAway.NOT_CAPTURED, modelId, 1)
                : new Decision.Accept(modelId, model.generation(), kept);
    }

    private static long time(RawEvent event) {
        return event.timestamp() < 0 ? Admission.UNKNOWN : event.timestamp() * 1000;
    }

    /** Of a model whose rules redact, not even a dead letter may show what it holds. */
    private static Decision.DeadLetter letter(BadEvent bad, Target target, Registry registry) {
        String modelId = target.model == null ? null : target.model.modelId();
        Capture capture = modelId == null ? null : registry.capture(modelId);
        return capture != null && capture.redacts()
                ? new Decision.DeadLetter(bad.failure(), bad.failure().sentence(), modelId, true)
                : new Decision.DeadLetter(bad.failure(), bad.detail(), modelId, false);
    }

    /** The model that an event is of, as far as that is known. */
    private record Target(
            @Nullable ModelName name, @Nullable ControlRecord model) {
        private static final Target UNKNOWN = new Target(null, null);

        static Target find(ModelName name, Registry registry) {
            for (SourceKey key : name.keys()) {
                ControlRecord model = registry.find(key);
                if (model != null) {
                    return new Target(name, model);
                }
            }
            return new Target(name, name.id() == null ? null : registry.find(name.id()));
        }

        String shown() {
            return name == null ? "" : name.text();
        }

        Decision.@Nullable TurnAway turnedAway(Admission admission, long at) {
            if (model == null || model.deleted()) {
                return new Decision.TurnAway(TurnedAway.UNREGISTERED, shown(), 1);
            }
            TurnedAway reason = admission.refuses(model, at);
            return reason == null ? null : new Decision.TurnAway(reason, model.modelId(), 1);
        }
    }
}
