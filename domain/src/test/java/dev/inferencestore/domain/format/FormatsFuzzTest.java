package dev.inferencestore.domain.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever an event holds, it is decoded into what can be stored or refused with a reason. Events of every format are
 * changed at random, the same way in every run; {@code -Dfuzz.events=1000000} changes more of them.
 */
class FormatsFuzzTest {
    private static final int EVENTS = Integer.getInteger("fuzz.events", 100_000);
    private static final long SEED = 20260301;

    private final List<Samples.Sample> samples = Samples.all();
    private final Formats formats = new Formats();

    @Test
    void whateverIsDecodedCanBeStoredAndNothingElseIsThrown() {
        Mutations mutations = new Mutations(new Random(SEED));
        int decoded = 0;
        int refused = 0;
        long began = cpuTime();
        for (int i = 0; i < EVENTS; i++) {
            Samples.Sample sample = samples.get(i % samples.size());
            RawEvent event = mutations.of(sample.event());
            try {
                Formats.Reading reading = formats.begin(event, sample.ofTopic());
                reading.model();
                Storable.check(reading.decode(), event);
                decoded++;
            } catch (BadEvent bad) {
                if (bad.failure() == Failure.INTERNAL) {
                    throw new AssertionError("event " + i + ", of " + sample + ": " + bad.detail());
                }
                refused++;
            } catch (RuntimeException | StackOverflowError | AssertionError bug) {
                throw new AssertionError("event " + i + ", of " + sample + ": " + Mutations.shown(event), bug);
            }
        }
        long each = (cpuTime() - began) / EVENTS;
        System.out.printf(
                "%d mutated events of %d samples: %d decoded, %d refused, %d ns of processor time each%n",
                EVENTS, samples.size(), decoded, refused, each);
        // Were all of one kind, the changes would be too wild or too tame to show anything.
        assertThat(decoded).isGreaterThan(EVENTS / 5);
        assertThat(refused).isGreaterThan(EVENTS / 20);
    }

    @Test
    void whateverAnEventHoldsItHasAnOutcomeAndNoneIsABug() {
        Registry registry = new Registry();
        CaptureRules rules = new CaptureRules(
                1,
                1,
                true,
                true,
                List.of(),
                List.of("/input/inputs/*/data", "/output/choices", "/metadata/camera", "/metadata/headers/X-A"),
                List.of("authorization"),
                null,
                null);
        registry.apply(new ControlRecord("m", 1, 1, "p", "detection", null, List.of(), true, false, null, rules));
        Router router = new Router(formats, 1_000_000);
        Mutations mutations = new Mutations(new Random(SEED + 1));
        int accepted = 0;
        for (int i = 0; i < EVENTS / 5; i++) {
            Samples.Sample sample = samples.get(i % samples.size());
            RawEvent event = mutations.of(Mutations.ofModel(sample.event(), "m"));
            Decision decision = router.route(event, registry);
            if (decision instanceof Decision.DeadLetter letter && letter.failure() == Failure.INTERNAL) {
                throw new AssertionError("event " + i + ", of " + sample + ": " + Mutations.shown(event));
            } else if (decision instanceof Decision.Accept) {
                accepted++;
            }
        }
        assertThat(accepted).isGreaterThan(EVENTS / 50);
    }

    /** Of this thread: other work on the machine does not count. */
    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
