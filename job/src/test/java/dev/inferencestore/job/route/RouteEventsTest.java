package dev.inferencestore.job.route;

import static dev.inferencestore.job.Events.disabled;
import static dev.inferencestore.job.Events.enabled;
import static dev.inferencestore.job.Events.inference;
import static dev.inferencestore.job.Events.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.deadletter.DeadLetter;
import dev.inferencestore.job.progress.LiveProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteEventsTest {
    private Harness operator;

    @AfterEach
    void close() throws Exception {
        operator.close();
    }

    @Test
    void eventsGoWhereTheRegistrySays() throws Exception {
        start(enabled("on", 3), disabled("off", 4));

        event(inference("on", "a", "x"));
        event(inference("off", "b", "x"));
        event(inference("unknown", "c", "x"));
        event(json("on", "{"));

        assertThat(accepted()).containsExactly("a");
        assertThat(deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo("json_invalid");
            assertThat(letter.event().offset()).isEqualTo(7);
            assertThat(letter.modelId()).isEqualTo("on");
        });
        assertThat(lastTotals())
                .isEqualTo(Map.of(
                        "accepted", 1L,
                        "inferences", 1L,
                        "turned_away.storage_disabled", 1L,
                        "turned_away.unregistered", 1L,
                        "dead_lettered.json_invalid", 1L));
    }

    @Test
    void aSwitchTakesEffectWithTheNextEvent() throws Exception {
        start(enabled("m", 3));

        event(inference("m", "a", "x"));
        control(disabled("m", 5));
        event(inference("m", "b", "x"));
        control(enabled("m", 4));
        event(inference("m", "c", "x"));
        control(enabled("m", 6));
        event(inference("m", "d", "x"));

        assertThat(accepted()).containsExactly("a", "d");
    }

    @Test
    void aMarkFollowsTheLastEventOfAModelThatIsSwitchedOff() throws Exception {
        start(enabled("m", 3), enabled("n", 2));
        event(inference("m", "a", "x"));
        control(disabled("m", 5));
        control(disabled("n", 6));
        assertThat(marks()).containsExactly(3L);

        operator.setProcessingTime(1050);

        assertThat(marks()).as("one for both").containsExactly(3L, 6L);
    }

    @Test
    void aReportComesEverySecondAndWithEveryChange() throws Exception {
        start(enabled("m", 3));
        assertThat(reports()).hasSize(1);
        control(enabled("m", 8));
        control(enabled("m", 9));
        operator.setProcessingTime(1050);
        assertThat(reports())
                .hasSize(2)
                .last()
                .extracting(report -> report.beat().version())
                .isEqualTo(9L);
        event(inference("m", "a", "x"));
        event(inference("stranger", "a", "x"));

        operator.setProcessingTime(2000);

        assertThat(reports()).hasSize(3).last().satisfies(report -> {
            assertThat(report.ingest()).containsExactly(new IngestDelta("m", "accepted", "", 1, null));
            assertThat(report.unmatched())
                    .containsExactly(new UnmatchedDelta("stranger", "inference-store.inferences", 1));
        });
        operator.setProcessingTime(3000);
        assertThat(reports()).hasSize(4).last().satisfies(report -> assertThat(report.ingest())
                .isEmpty());
    }

    @Test
    void totalsGoOnFromTheCheckpointAndTheRegistryFromTheDatabase() throws Exception {
        start(enabled("m", 3));
        event(inference("m", "a", "x"));
        event(inference("other", "a", "x"));
        OperatorSubtaskState checkpoint = operator.snapshot(1, 1);
        event(inference("m", "after the checkpoint", "x"));
        operator.close();

        operator = harness(disabled("m", 8));
        operator.initializeState(checkpoint);
        operator.open();
        operator.setProcessingTime(1000);
        event(inference("m", "b", "x"));

        assertThat(accepted()).isEmpty();
        assertThat(lastTotals())
                .isEqualTo(Map.of(
                        "accepted", 1L,
                        "inferences", 1L,
                        "turned_away.unregistered", 1L,
                        "turned_away.storage_disabled", 1L));
    }

    @Test
    void whenTwoSubtasksBecomeOneTheirTotalsAddUp() throws Exception {
        start(enabled("m", 3));
        event(inference("m", "a", "x"));
        OperatorSubtaskState one = operator.snapshot(1, 1);
        operator.close();
        start(enabled("m", 3));
        event(inference("m", "b", "x"));
        event(inference("m", "c", "x"));
        OperatorSubtaskState two = operator.snapshot(1, 1);
        operator.close();

        operator = harness(enabled("m", 3));
        operator.initializeState(AbstractStreamOperatorTestHarness.repackageState(one, two));
        operator.open();
        operator.setProcessingTime(1000);

        assertThat(lastTotals()).isEqualTo(Map.of("accepted", 3L, "inferences", 3L));
    }

    @Test
    void oddNamesAreCountedAsTextThatATableTakes() throws Exception {
        start();
        event(inference("a\0b" + "x".repeat(500), "a", "x"));
        for (int i = 0; i < 1100; i++) {
            event(inference("name-" + i, "a", "x"));
        }

        operator.setProcessingTime(2000);

        List<UnmatchedDelta> names = reports().get(reports().size() - 1).unmatched();
        assertThat(names).hasSize(1001).allMatch(name -> name.name().length() <= 200);
        assertThat(names).extracting(UnmatchedDelta::name).noneMatch(name -> name.indexOf(0) >= 0);
        assertThat(names.stream().mapToLong(UnmatchedDelta::count).sum()).isEqualTo(1101);
    }

    private void start(ControlRecord... registry) throws Exception {
        operator = harness(registry);
        operator.open();
        operator.setProcessingTime(1000);
    }

    private static Harness harness(ControlRecord... registry) throws Exception {
        Harness harness = new Harness(registry);
        harness.setProcessingTime(1000);
        harness.setup();
        return harness;
    }

    private void event(RawEvent event) throws Exception {
        operator.route().processElement1(new StreamRecord<>(event));
    }

    private void control(ControlRecord record) throws Exception {
        operator.route().processElement2(new StreamRecord<>(record));
    }

    private List<String> accepted() {
        List<String> ids = new ArrayList<>();
        for (Routed routed : operator.extractOutputValues()) {
            if (routed.inference() != null) {
                ids.add(routed.inference().inferenceId());
            }
        }
        return ids;
    }

    private List<Long> marks() {
        List<Long> versions = new ArrayList<>();
        for (Routed routed : operator.extractOutputValues()) {
            if (routed.inference() == null) {
                versions.add(routed.flushVersion());
            }
        }
        return versions;
    }

    private List<DeadLetter> deadLetters() {
        return side(RouteEvents.DEAD_LETTERS);
    }

    private List<RouteReport> reports() {
        return side(RouteEvents.REPORTS);
    }

    private Map<String, Long> lastTotals() throws Exception {
        operator.setProcessingTime(operator.getProcessingTime() + 1000);
        List<RouteReport> all = reports();
        return new HashMap<>(all.get(all.size() - 1).beat().totals());
    }

    private <T> List<T> side(org.apache.flink.util.OutputTag<T> tag) {
        List<T> values = new ArrayList<>();
        var records = operator.getSideOutput(tag);
        if (records != null) {
            records.forEach(record -> values.add(record.getValue()));
        }
        return values;
    }

    /** Flink's harness for two inputs takes no factory. */
    private static final class Harness extends AbstractStreamOperatorTestHarness<Routed> {
        private Harness(ControlRecord... registry) throws Exception {
            super(
                    new RouteEventsFactory(
                            after -> List.of(registry), new LiveProgress(), new RouteEvents.Limits(1 << 20, 1 << 20)),
                    128,
                    1,
                    0);
        }

        private RouteEvents route() {
            return (RouteEvents) operator;
        }
    }
}
