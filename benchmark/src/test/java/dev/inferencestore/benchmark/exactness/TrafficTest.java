package dev.inferencestore.benchmark.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.format.Formats;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.registration.Registry;
import dev.inferencestore.domain.route.Decision;
import dev.inferencestore.domain.route.Router;
import dev.inferencestore.domain.route.TurnedAway;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final Plan PLAN = new Plan(6000, 20, 10, 100, 7, NOON);

    private final Traffic traffic = new Traffic(PLAN);

    @Test
    void theSamePlanGivesTheSameBytes() {
        Traffic again = new Traffic(PLAN);
        for (int index = 0; index < 500; index++) {
            RawEvent one = traffic.event(traffic.slot(index));
            RawEvent other = again.event(again.slot(index));
            assertThat(other)
                    .usingRecursiveComparison()
                    .withEqualsForType(Arrays::equals, byte[].class)
                    .isEqualTo(one);
        }
    }

    @Test
    void anotherSeedGivesOtherBytes() {
        Traffic other = new Traffic(new Plan(6000, 20, 10, 100, 8, NOON));

        assertThat(other.event(other.slot(0)).value())
                .isNotEqualTo(traffic.event(traffic.slot(0)).value());
    }

    @Test
    void theRouterDecidesForEveryEventAsThePlanExpects() {
        Router router = new Router(new Formats(), 32L * 1024 * 1024);
        Registry registry = registry();
        for (int index = 0; index < PLAN.events(); index++) {
            Slot slot = traffic.slot(index);
            Decision decision = router.route(receivedAtNoon(traffic.event(slot)), registry);

            if (slot.malformed() != null) {
                assertThat(decision)
                        .as("%s", slot)
                        .isInstanceOfSatisfying(Decision.DeadLetter.class, letter -> assertThat(letter.failure())
                                .as(slot + ": " + letter.detail())
                                .isEqualTo(slot.malformed().failure()));
            } else if (slot.turnedAway() != null) {
                assertThat(decision).isEqualTo(new Decision.TurnAway(slot.turnedAway(), slot.model(), 1));
            } else {
                assertThat(decision).as("%s: %s", slot, decision).isInstanceOf(Decision.Accept.class);
                List<Inference> inferences = ((Decision.Accept) decision).inferences();
                assertThat(inferences).hasSize(1);
                assertThat(inferences.get(0))
                        .as("%s", slot)
                        .usingRecursiveComparison()
                        .withEqualsForType(Arrays::equals, byte[].class)
                        .isEqualTo(traffic.inference(slot));
            }
        }
    }

    @Test
    void aRowLeadsBackToItsEvent() {
        for (int index = 0; index < PLAN.events(); index++) {
            Slot slot = traffic.slot(index);
            if (slot.isStored()) {
                assertThat(traffic.index(slot.inferenceId(), slot.part())).isEqualTo(index);
            }
        }
        assertThat(traffic.index("e-6000", Part.BOTH)).isEqualTo(-1);
        assertThat(traffic.index("of another", Part.BOTH)).isEqualTo(-1);
    }

    @Test
    void everyKindIsThereAndNoTwoMalformedEventsAreTheSame() {
        Set<Shape> shapes = EnumSet.noneOf(Shape.class);
        Set<Malformed> malformed = EnumSet.noneOf(Malformed.class);
        Set<TurnedAway> reasons = EnumSet.noneOf(TurnedAway.class);
        Set<Integer> values = new HashSet<>();
        int bad = 0;
        for (int index = 0; index < PLAN.events(); index++) {
            Slot slot = traffic.slot(index);
            shapes.add(slot.shape());
            if (slot.turnedAway() != null) {
                reasons.add(slot.turnedAway());
            }
            if (slot.malformed() != null) {
                bad++;
                malformed.add(slot.malformed());
                values.add(Arrays.hashCode(traffic.event(slot).value()));
            }
        }
        assertThat(shapes).containsExactlyInAnyOrder(Shape.values());
        assertThat(malformed).containsExactlyInAnyOrder(Malformed.values());
        assertThat(reasons).containsExactlyInAnyOrder(TurnedAway.UNREGISTERED, TurnedAway.STORAGE_DISABLED);
        assertThat(bad).isEqualTo(100);
        assertThat(values).hasSize(100);
    }

    @Test
    void inputsReachFromHundredsOfBytesToMegabytesAndFewOutputsAreTooLargeForARow() {
        Plan large = new Plan(20_000, 20, 10, 0, 7, NOON);
        Traffic of = new Traffic(large);
        long inputs = 0;
        int smallest = Integer.MAX_VALUE;
        int largest = 0;
        for (int index = 0; index < large.events(); index++) {
            Inference inference = of.inference(of.slot(index));
            if (inference.input() != null) {
                int size = inference.input().bytes().length;
                inputs += size;
                smallest = Math.min(smallest, size);
                largest = Math.max(largest, size);
            }
        }
        assertThat(smallest).isBetween(200, 210);
        assertThat(largest).isBetween(1_500_000, 2_000_100);
        assertThat(inputs / large.events()).isLessThan(20_000);
    }

    private static RawEvent receivedAtNoon(RawEvent event) {
        return new RawEvent(event.topic(), 0, event.offset(), NOON, event.key(), event.value(), event.headers());
    }

    private static Registry registry() {
        Registry registry = new Registry();
        PLAN.enabledModels().forEach(model -> registry.apply(record(model, true)));
        PLAN.disabledModels().forEach(model -> registry.apply(record(model, false)));
        return registry;
    }

    private static ControlRecord record(String model, boolean enabled) {
        return new ControlRecord(model, 1, 1, "trial", "detection", null, List.of(), enabled, false, null);
    }
}
