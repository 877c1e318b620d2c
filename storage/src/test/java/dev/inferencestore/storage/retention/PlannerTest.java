package dev.inferencestore.storage.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which tasks are made when a time has come. */
class PlannerTest extends RetentionTests {

    @ParameterizedTest
    @EnumSource(DeleteAction.class)
    void aPolicyIsEvaluatedAtOnceAndThenWhenItsTimeComes(DeleteAction action) throws Exception {
        String model = "once-" + action;
        fill(model);
        hourly(model, action, at(2, 30));

        assertThat(store.plan(model)).isEqualTo(1);
        assertThat(store.plan(model)).isZero();
        store.work(model);
        assertThat(store.plan(model)).isZero();
        due(model, Duration.ofSeconds(1));
        assertThat(store.plan(model)).as("nothing is left").isZero();

        Task task = only(model, "trigger = 'automated'");
        assertThat(task.state()).isEqualTo(TaskState.COMPLETE);
        assertThat(task.requestedBy()).isEqualTo("job");
        assertThat(task.figures().recordsMatched()).isEqualTo(2);
    }

    @Test
    void aTickWithNothingDueIsWrittenDownAndMakesNoTask() throws Exception {
        fill("nothing");
        hourly("nothing", DeleteAction.HARD, at(0, 30));

        assertThat(store.plan("nothing")).isZero();

        Policy policy = store.policies.find("nothing").orElseThrow();
        assertThat(policy.lastEvaluatedAt()).isNotNull();
        assertThat(policy.inEffect()).isTrue();
        assertThat(policy.nextRunAt()).isAfter(Instant.now().plus(Duration.ofMinutes(59)));
    }

    @Test
    void intervalsThatWereMissedMakeOneTaskAndTheNextKeepsItsTime() throws Exception {
        fill("missed");
        hourly("missed", DeleteAction.HARD, at(2, 30));
        due("missed", Duration.ofMinutes(345));

        assertThat(store.plan("missed")).isEqualTo(1);

        assertThat(store.number("SELECT extract(epoch FROM next_run_at - anchor)::bigint % 3600 FROM retention_policies"
                        + " WHERE model_id = 'missed'"))
                .isZero();
        Instant next = store.policies.find("missed").orElseThrow().nextRunAt();
        assertThat(next)
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(14)),
                        Instant.now().plus(Duration.ofMinutes(15)));
    }

    @Test
    void aModelWithATaskThatWaitsGetsNoOther() throws Exception {
        fill("waits");
        hourly("waits", DeleteAction.HARD, at(2, 30));
        store.tasks.create("waits", new NewTask(false, null, null), "ann");

        assertThat(store.plan("waits")).isZero();
    }

    @Test
    void aDryRunThatWaitsIsNoReasonToWait() throws Exception {
        fill("dry");
        hourly("dry", DeleteAction.HARD, at(2, 30));
        store.tasks.create("dry", new NewTask(true, null, null), "ann");

        assertThat(store.plan("dry")).isEqualTo(1);
    }

    @Test
    void anAgeOfZeroIsDueAtEveryTickThatFindsSomething() throws Exception {
        fill("zero");
        store.policy("zero", Duration.ZERO, Duration.ZERO, DeleteAction.HARD, Duration.ofHours(1));
        assertThat(store.plan("zero")).isEqualTo(1);
        store.work("zero");
        assertThat(store.stored("zero")).isZero();
        due("zero", Duration.ofSeconds(1));
        assertThat(store.plan("zero")).isZero();

        writer.store("zero", Event.at("new", Instant.now()));
        due("zero", Duration.ofSeconds(1));
        assertThat(store.plan("zero")).isEqualTo(1);
        store.work("zero");
        assertThat(store.stored("zero")).isZero();
    }

    @Test
    void inputsAloneAreDueToo() throws Exception {
        fill("inputs");
        store.policy("inputs", null, ageTo(at(2, 30)), DeleteAction.HARD, Duration.ofHours(1));
        assertThat(store.plan("inputs")).isEqualTo(1);
        store.work("inputs");
        due("inputs", Duration.ofSeconds(1));

        assertThat(store.plan("inputs"))
                .as("their records stay and are not due")
                .isZero();
        assertThat(store.stored("inputs")).isEqualTo(3);
    }

    @Test
    void manualRunsOnlyMeansThatNothingIsEverDue() throws Exception {
        fill("manual");
        policy("manual", DeleteAction.HARD, at(2, 30));

        assertThat(store.plan("manual")).isZero();
        assertThat(store.policies.find("manual").orElseThrow().nextRunAt()).isNull();
    }

    @Test
    void aMachineWhoseClockIsAheadIsNotBelieved() throws Exception {
        fill("ahead");
        hourly("ahead", DeleteAction.HARD, at(0, 30));

        assertThat(store.planner.plan(
                        java.util.List.of("ahead"),
                        RetentionStore.micros(Instant.now().plus(Duration.ofDays(3)))))
                .isZero();
    }

    @Test
    void theScheduleKnowsWhatWaits() throws Exception {
        fill("known");
        hourly("known", DeleteAction.HARD, at(2, 30));
        assertThat(known("known").due()).isTrue();
        assertThat(known("known").interval()).isEqualTo(3_600_000);
        store.plan("known");
        assertThat(known("known").due()).as("its task is found by itself").isFalse();
        assertThat(store.planner.modelsWithTasks(0, 1, 100)).contains("known");
        store.work("known");

        assertThat(known("known").due()).isFalse();
        assertThat(store.planner.modelsWithTasks(0, 1, 100)).doesNotContain("known");
        assertThat(store.planner.lateness(RetentionStore.micros(Instant.now())).modelId())
                .isNotEqualTo("known");
    }

    @Test
    void whatIsLateIsMeasured() throws Exception {
        try (RetentionStore own = new RetentionStore()) {
            own.register("late");
            new Writer(own).store("late", Event.at("a", at(1, 0)));
            own.policy("late", ageTo(at(3, 0)), ageTo(at(3, 0)), DeleteAction.HARD, Duration.ofHours(1));

            Planner.Lateness lateness = own.planner.lateness(RetentionStore.micros(Instant.now()));

            assertThat(lateness.modelId()).isEqualTo("late");
            assertThat(lateness.secondsPastCutoff()).isBetween(7199.0, 7260.0);
            own.plan("late");
            own.work("late");
            assertThat(own.planner
                            .lateness(RetentionStore.micros(Instant.now()))
                            .modelId())
                    .isNull();
        }
    }

    @Test
    void aHundredThousandModelsAreEvaluatedInSeconds() {
        try (RetentionStore own = new RetentionStore()) {
            own.jdbi.useHandle(handle -> {
                handle.execute("INSERT INTO models (model_id, project_id, task_type, control_version)"
                        + " SELECT 'm' || i, 'p', 't', i FROM generate_series(1, 100000) i");
                handle.execute("INSERT INTO floors (model_id) SELECT model_id FROM models");
                handle.execute("INSERT INTO retention_policies (model_id, policy_id, version, record_age, blob_age,"
                        + " delete_action, automated_interval, anchor, next_run_at, control_version, created_at,"
                        + " updated_at) SELECT model_id, gen_random_uuid(), 1, 3600, 3600, 'hard', 3600, now(), now(),"
                        + " 1, now(), now() FROM models");
                handle.execute("INSERT INTO inferences (model_id, inference_id, created_at, part, fingerprint)"
                        + " SELECT 'm' || i, 'i', date_trunc('hour', now()) - interval '5 hours', 'both', ''"
                        + " FROM generate_series(1, 100000, 100) i");
                handle.execute("INSERT INTO model_hours SELECT model_id, created_at, 0, 1, 0, 0, created_at, created_at"
                        + " FROM inferences");
                handle.execute("ANALYZE");
            });
            String[] models = new String[100_000];
            java.util.Arrays.setAll(models, i -> "m" + (i + 1));
            Instant begin = Instant.now();

            assertThat(own.plan(models)).isEqualTo(1000);

            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(60));
            assertThat(own.number("SELECT count(*) FROM retention_policies WHERE last_evaluated_at IS NULL"))
                    .isZero();
            assertThat(own.planner.known()).hasSize(100_000);
        }
    }

    private Planner.Known known(String model) {
        return store.planner.known().stream()
                .filter(known -> known.modelId().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private void hourly(String model, DeleteAction action, Instant cutoff) {
        store.policy(model, ageTo(cutoff), ageTo(cutoff), action, Duration.ofHours(1));
    }

    /** As if the time of the next run had come so long ago, and the policy had been set a whole interval before. */
    private void due(String model, Duration ago) {
        store.execute("UPDATE retention_policies SET next_run_at = clock_timestamp() - interval '" + ago.toSeconds()
                + " seconds', anchor = clock_timestamp() - interval '" + ago.toSeconds()
                + " seconds' WHERE model_id = '"
                + model + "'");
    }

    private void fill(String model) throws Exception {
        store.register(model);
        writer.store(model, Event.at("a", at(1, 0)), Event.at("b", at(2, 0)), Event.at("c", at(3, 0)));
    }
}
