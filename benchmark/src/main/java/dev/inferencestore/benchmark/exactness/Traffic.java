package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.route.TurnedAway;
import java.util.SplittableRandom;

/**
 * A load, event by event, each made from the plan and its index alone, so that nothing of it is ever held. Events stand
 * in pairs: three pairs in ten are the two halves of one inference, the others two inferences.
 */
final class Traffic {
    private static final long SPREAD_MICROS = 48 * 3_600_000_000L;
    private static final long DISORDER_MICROS = 600_000_000L;
    private static final long LONGEST_ANSWER_MICROS = 2_000_000;
    private static final Shape[] WHOLE = {Shape.BASE64, Shape.TEXT, Shape.JSON, Shape.STRUCTURED};
    private static final Malformed[] MALFORMED = Malformed.values();

    private final Plan plan;

    Traffic(Plan plan) {
        this.plan = plan;
    }

    Plan plan() {
        return plan;
    }

    Slot slot(int index) {
        SplittableRandom random = random(index - index % 2, 1);
        boolean halves = random.nextInt(10) < 3;
        if (!halves) {
            random = random(index, 2);
        }
        boolean unknown = random.nextInt(50) == 0;
        int number = random.nextInt(plan.models());
        // As live traffic comes: in the order of time, give or take some minutes.
        long elapsed = (long) ((double) (index & ~1L) / plan.events() * (SPREAD_MICROS - DISORDER_MICROS));
        long createdAt = plan.baseTime() * 1000 - SPREAD_MICROS + elapsed + random.nextLong(DISORDER_MICROS / 2);
        if (isMalformed(index)) {
            Malformed malformed = MALFORMED[malformedBefore(index) % MALFORMED.length];
            String model = plan.model(number % plan.enabled());
            return new Slot(index, Shape.MALFORMED, model, id(index), createdAt, malformed, null);
        }
        boolean response = halves && index % 2 == 1;
        if (response) {
            createdAt += random.nextLong(LONGEST_ANSWER_MICROS);
        }
        Shape shape = halves ? (response ? Shape.RESPONSE : Shape.REQUEST) : WHOLE[random.nextInt(WHOLE.length)];
        String model = unknown ? "trial-unknown-" + number % 5 : plan.model(number);
        TurnedAway turnedAway =
                unknown ? TurnedAway.UNREGISTERED : number >= plan.enabled() ? TurnedAway.STORAGE_DISABLED : null;
        return new Slot(index, shape, model, id(response ? index - 1 : index), createdAt, null, turnedAway);
    }

    /** What the store is to make of an event that is in order. */
    Inference inference(Slot slot) {
        return Contents.of(slot, random(slot.index(), 3));
    }

    /** The Kafka record of an event. */
    RawEvent event(Slot slot) {
        Malformed malformed = slot.malformed();
        return malformed == null ? Wire.event(slot, inference(slot)) : malformed.event(plan, slot, inference(slot));
    }

    /** The index of the event that made a row; -1 where its id is none of this load. */
    int index(String inferenceId, Part part) {
        try {
            int index = Integer.parseInt(inferenceId.substring(inferenceId.lastIndexOf('-') + 1));
            int made = part == Part.RESPONSE ? index + 1 : index;
            return made >= 0 && made < plan.events() && id(index).equals(inferenceId) ? made : -1;
        } catch (NumberFormatException ofAnother) {
            return -1;
        }
    }

    private boolean isMalformed(int index) {
        return malformedBefore(index + 1) > malformedBefore(index);
    }

    /** Malformed events stand evenly among the others. */
    private int malformedBefore(int index) {
        return (int) ((long) index * plan.malformed() / plan.events());
    }

    /** Ids as people make them: short and long, with spaces, slashes and letters beyond ASCII. */
    private String id(int index) {
        return switch (index / 2 % 4) {
            case 0 -> "e-" + index;
            case 1 -> "Straße 7/kamera süd 📷-" + index;
            case 2 -> "../frames/%00/" + "x".repeat(120) + "-" + index;
            default -> "6f1c9b1e.part~2-" + index;
        };
    }

    private SplittableRandom random(int index, int use) {
        return new SplittableRandom((plan.seed() * 1_000_003 + index) * 31 + use);
    }
}
