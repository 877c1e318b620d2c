package dev.inferencestore.job.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.storage.JobManagerCheckpointStorage;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScheduleRetentionTest {
    private static final long START = 1_772_366_400_000L;
    private static final long MINUTE = 60_000;

    private KeyedBroadcastOperatorTestHarness<String, Plan, ControlRecord, Wake> operator;

    @BeforeEach
    void start() throws Exception {
        operator = harness();
        operator.open();
        operator.setProcessingTime(START);
    }

    @AfterEach
    void close() throws Exception {
        operator.close();
    }

    @Test
    void aPolicyIsEvaluatedAtOnceAndThenEveryInterval() throws Exception {
        keyed(everyMinutes("m", 1, 10));
        assertThat(woken()).containsExactly("m");

        after(9);
        assertThat(woken()).isEmpty();
        after(10);
        assertThat(woken()).containsExactly("m");
        after(20);
        assertThat(woken()).containsExactly("m");
        assertThat(operator.numProcessingTimeTimers()).isEqualTo(1);
    }

    @Test
    void intervalsThatWereMissedAreMadeUpForOnceAndThePhaseStays() throws Exception {
        keyed(everyMinutes("m", 1, 10));
        woken();

        restoreAfter(45);
        assertThat(woken()).containsExactly("m");

        after(49);
        assertThat(woken()).isEmpty();
        after(50);
        assertThat(woken()).containsExactly("m");
    }

    @Test
    void manualAndPausedAndDeletedPoliciesHaveNoTimer() throws Exception {
        keyed(record("manual", 1, policy(0, false)));
        keyed(record("paused", 1, policy(MINUTE, true)));
        keyed(record("none", 1, null));

        assertThat(woken()).isEmpty();
        assertThat(operator.numProcessingTimeTimers()).isZero();
    }

    @Test
    void aNewVersionReplacesTheTimerAndAnOlderOneDoesNot() throws Exception {
        keyed(everyMinutes("m", 2, 10));
        keyed(everyMinutes("m", 3, 60));
        keyed(everyMinutes("m", 1, 1));
        assertThat(woken()).containsExactly("m", "m");

        after(59);
        assertThat(woken()).isEmpty();
        after(60);
        assertThat(woken()).containsExactly("m");
        assertThat(operator.numProcessingTimeTimers()).isEqualTo(1);
    }

    @Test
    void aPolicyThatIsRemovedStopsItsTimer() throws Exception {
        keyed(everyMinutes("m", 2, 10));
        keyed(record("m", 3, null));
        woken();

        after(100);

        assertThat(woken()).isEmpty();
        assertThat(operator.numProcessingTimeTimers()).isZero();
    }

    @Test
    void whatWasBroadcastSinceIsWhatTheTimerIsArmedAgainBy() throws Exception {
        keyed(everyMinutes("m", 2, 10));
        broadcast(everyMinutes("m", 3, 30));
        woken();

        after(10);
        assertThat(woken()).containsExactly("m");
        after(29);
        assertThat(woken()).isEmpty();
        after(30);
        assertThat(woken()).containsExactly("m");
    }

    @Test
    void whatTheDatabaseKnowsArmsAnEmptyStateAndWorkThatWaitsIsVisited() throws Exception {
        operator.processElement(new Plan("m", 5, 1, START, 10 * MINUTE, true, false), START);
        assertThat(wakes()).as("to be evaluated").containsExactly(new Wake("m", false));
        operator.processElement(new Plan("m", 5, 1, START, 10 * MINUTE, false, true), START);
        assertThat(wakes()).as("to be visited").containsExactly(new Wake("m", true));
        operator.processElement(new Plan("m", 5, 1, START, 10 * MINUTE, false, false), START);
        assertThat(wakes()).as("nothing is new and nothing waits").isEmpty();
        after(10);
        assertThat(woken()).containsExactly("m");
    }

    @Test
    void overdueTimersOf100_000ModelsAllFireAtARestart() throws Exception {
        for (int i = 0; i < 100_000; i++) {
            operator.processElement(new Plan("model-" + i, 1, 1, START, 10 * MINUTE, false, false), START);
        }
        woken();

        restoreAfter(1_000);

        assertThat(woken()).hasSize(100_000).doesNotHaveDuplicates();
        assertThat(operator.numProcessingTimeTimers()).isEqualTo(100_000);
    }

    private void restoreAfter(long minutes) throws Exception {
        OperatorSubtaskState state = operator.snapshot(1, START);
        operator.close();
        operator = harness();
        operator.initializeState(state);
        operator.open();
        after(minutes);
    }

    private static KeyedBroadcastOperatorTestHarness<String, Plan, ControlRecord, Wake> harness() throws Exception {
        KeyedBroadcastOperatorTestHarness<String, Plan, ControlRecord, Wake> harness =
                new KeyedBroadcastOperatorTestHarness<>(
                        new CoBroadcastWithKeyedOperator<>(new ScheduleRetention(), List.of(ScheduleRetention.PLANS)),
                        Plan::modelId,
                        Types.STRING,
                        128,
                        1,
                        0);
        harness.setCheckpointStorage(new JobManagerCheckpointStorage(64 << 20));
        return harness;
    }

    private void after(long minutes) throws Exception {
        operator.setProcessingTime(START + minutes * MINUTE);
    }

    private void keyed(ControlRecord record) throws Exception {
        operator.processElement(Plan.of(record), START);
    }

    private void broadcast(ControlRecord record) throws Exception {
        operator.processBroadcastElement(record, START);
    }

    private List<String> woken() {
        return wakes().stream().map(Wake::modelId).toList();
    }

    private List<Wake> wakes() {
        List<Wake> wakes = new ArrayList<>();
        for (Object element : operator.getOutput()) {
            if (element instanceof StreamRecord<?> record && record.getValue() instanceof Wake wake) {
                wakes.add(wake);
            }
        }
        operator.getOutput().clear();
        return wakes;
    }

    private static ControlRecord everyMinutes(String model, long version, long minutes) {
        return record(model, version, policy(minutes * MINUTE, false));
    }

    private static ControlRecord record(String model, long version, RetentionPolicy policy) {
        return new ControlRecord(model, version, 1, "p", "t", null, List.of(), true, false, policy);
    }

    private static RetentionPolicy policy(long intervalMillis, boolean paused) {
        return new RetentionPolicy(
                "id", 1, new PolicyTerms(60L, 60L, DeleteAction.HARD, intervalMillis / 1000), START, paused);
    }
}
