package dev.inferencestore.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.retention.NewTask;
import dev.inferencestore.storage.retention.Task;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention in the running job, on real servers, with event times of long ago. */
class RetentionJobTest {
    private static final String ROWS = "SELECT count(*) FROM inferences WHERE model_id = 'm'";

    @TempDir
    Path folder;

    @Test
    void aPolicyWithAnIntervalRemovesWhatIsStoredAndWhatComesLater() throws Exception {
        try (Store store = stored(50)) {
            policy(store, hours(1), hours(1), DeleteAction.HARD, 1);

            store.awaitNumber(ROWS, 0);
            store.awaitNumber("SELECT count(*) FROM segments", 0);
            store.send(Events.inference("m", "late", "below the hard floor"));
            Store.await("it is refused", () -> store.totals("store").getOrDefault("refused.below_floor", 0L) == 1);
        }
    }

    @Test
    void aManualTaskIsRunAndItsNumbersAreExact() throws Exception {
        try (Store store = stored(50)) {
            policy(store, hours(1), hours(1), DeleteAction.HARD, 0);

            Task dry = run(store, new NewTask(true, null, null));
            Task task = run(store, new NewTask(false, null, dry.taskId()));

            assertThat(dry.figures().recordsMatched()).isEqualTo(50);
            assertThat(task.figures().recordsDeleted()).isEqualTo(50);
            assertThat(task.figures().blobsDeleted()).isEqualTo(50);
            assertThat(task.figures().bytes()).isEqualTo(dry.figures().bytes());
            assertThat(store.number(ROWS)).isZero();
        }
    }

    @Test
    void withoutTheControlTopicThePolicyIsCarriedOutByTheNextRound() throws Exception {
        try (Store store = stored(10)) {
            store.policies.put("m", terms(hours(1), hours(1), DeleteAction.HARD, 1), Precondition.none(), "test");

            store.awaitNumber(ROWS, 0);
        }
    }

    @Test
    void anEmptyStateCarriesOutWhatTheDatabaseKnows() throws Exception {
        try (Store store = stored(10)) {
            store.stop(folder);
            store.policies.put("m", terms(hours(1), hours(1), DeleteAction.HARD, 1), Precondition.none(), "test");

            store.start();

            store.awaitNumber(ROWS, 0);
        }
    }

    @Test
    void anOldCheckpointAndAControlTopicMadeAnewCarryOutThePolicyOfNow() throws Exception {
        try (Store store = stored(10)) {
            policy(store, hours(24 * 3000), hours(24 * 3000), DeleteAction.HARD, 1);
            Store.await(
                    "it is evaluated",
                    () -> store.policies.find("m").orElseThrow().inEffect());
            String savepoint = store.stop(folder);
            store.policies.put("m", terms(hours(1), hours(1), DeleteAction.HARD, 1), Precondition.none(), "test");
            store.makeControlTopicAnew();

            store.start(savepoint);

            store.awaitNumber(ROWS, 0);
        }
    }

    @Test
    void whatAReplayBringsAgainIsRefusedOrGoesWithTheNextRun() throws Exception {
        try (Store store = stored(10)) {
            policy(store, null, hours(1), DeleteAction.HARD, 1);
            store.awaitNumber("SELECT count(*) FROM segments", 0);
            policy(store, null, hours(24 * 3000), DeleteAction.HARD, 1);

            for (int i = 0; i < 20; i++) {
                store.send(Events.inference("m", "i" + i, "input " + i));
            }

            store.awaitNumber(ROWS, 20);
            store.awaitNumber("SELECT count(*) FROM visible_inferences WHERE input_state = 'expired'", 20);
            store.awaitNumber("SELECT coalesce(sum(inputs), 0) FROM model_hours", 0);
        }
    }

    @Test
    void aClockThatIsWrongRemovesNothing() throws Exception {
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(200));
        try (Store store = new Store(folder, "--retention.reconcile-interval", "1s")) {
            store.register("m", true);
            store.start(null, store.settings, ahead);
            send(store, 20);
            store.policies.put(
                    "m", terms(hours(24 * 3000), hours(24 * 3000), DeleteAction.HARD, 0), Precondition.none(), "test");

            Task task = run(store, new NewTask(false, null, null));

            assertThat(task.state()).isEqualTo(TaskState.FAILED);
            assertThat(task.error())
                    .startsWith("clock: this machine's clock is")
                    .contains("ahead of");
            assertThat(store.number("SELECT count(*) FROM visible_inferences")).isEqualTo(20);
        }
    }

    private Store stored(int events) throws Exception {
        Store store = new Store(folder, "--retention.reconcile-interval", "2s");
        store.register("m", true);
        store.start();
        send(store, events);
        return store;
    }

    private static void send(Store store, int events) throws Exception {
        for (int i = 0; i < events; i++) {
            store.send(Events.inference("m", "i" + i, "input " + i));
        }
        store.awaitNumber(ROWS, events);
    }

    private static Task run(Store store, NewTask wanted) throws Exception {
        String taskId = store.tasks.create("m", wanted, "test").taskId();
        Store.await("the task ends", () -> store.tasks.read("m", taskId).state().isFinal());
        return store.tasks.read("m", taskId);
    }

    private static void policy(Store store, Long record, Long blob, DeleteAction action, long interval)
            throws Exception {
        store.policies.put("m", terms(record, blob, action, interval), Precondition.none(), "test");
        store.publish("m");
    }

    private static PolicyTerms terms(Long record, Long blob, DeleteAction action, long interval) {
        return new PolicyTerms(record, blob, action, interval);
    }

    private static long hours(long hours) {
        return hours * 3600;
    }
}
