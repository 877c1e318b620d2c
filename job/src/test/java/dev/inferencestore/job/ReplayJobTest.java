package dev.inferencestore.job;

import static dev.inferencestore.job.Events.NOON;
import static dev.inferencestore.job.Events.inference;
import static dev.inferencestore.job.Events.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.registration.Precondition;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.retention.Erasures;
import dev.inferencestore.storage.retention.NewTask;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of topics into a real store. */
class ReplayJobTest {
    private static final String ROWS = "SELECT count(*) FROM inferences";
    private static final long HOUR = 3_600_000;

    @TempDir
    Path folder;

    @Test
    void aModelThatWasSwitchedOnLateGetsWhatWasSentBeforeAndOnlyOnce() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("late", false);
            store.register("other", true);
            store.start();
            send(store, "late", 0, 100);
            send(store, "other", 0, 20);
            store.send(json("late", "{\"no\":1}"));
            Store.await("all turned away", () -> store.totals("route")
                    .equals(Map.of("accepted", 20L, "inferences", 20L, "turned_away.storage_disabled", 101L)));
            store.register("late", true);
            String live = store.job().getJobID().toString();

            Replaying first = store.replay("--replay.model", "late").ended();

            assertThat(first.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(first.counts())
                    .isEqualTo(Map.of(
                            "read", 121L,
                            "accepted", 100L,
                            "inferences", 100L,
                            "inserted", 100L,
                            "turned_away.other_model", 20L,
                            "dead_lettered.field_unknown", 1L));
            assertThat(first.summary().done()).isEqualTo(121);
            assertThat(first.summary().total()).isEqualTo(121);
            assertThat(store.number(ROWS)).isEqualTo(120);
            assertThat(store.number("SELECT count(*) FROM router_progress WHERE job_id <> '" + live + "'"))
                    .as("what is in effect is the live job's affair")
                    .isZero();
            assertThat(store.number("SELECT sum(count) FROM model_ingest WHERE model_id = 'late'"
                            + " AND outcome IN ('accepted', 'inserted')"))
                    .isEqualTo(200);

            String before = everything(store);
            Replaying second = store.replay("--replay.model", "late").ended();

            assertThat(second.counts()).containsEntry("already_there", 100L).doesNotContainKey("inserted");
            assertThat(everything(store)).isEqualTo(before);
            Store.await("the live job goes on", () -> {
                store.send(inference("late", "now", "x"));
                return store.number("SELECT count(*) FROM inferences WHERE inference_id = 'now'") == 1;
            });
        }
    }

    @Test
    void whatWasRemovedOrErasedDoesNotComeBack() throws Exception {
        try (Store store = new Store(folder, "--retention.reconcile-interval", "1s")) {
            store.register("m", true);
            store.register("n", true);
            store.start();
            send(store, "m", 0, 50);
            send(store, "n", 0, 10);
            store.awaitNumber(ROWS, 60);
            store.policies.put("m", new PolicyTerms(3600L, 3600L, DeleteAction.HARD, 0), Precondition.none(), "test");
            store.publish("m");
            store.tasks.create("m", new NewTask(false, null, null), "test");
            new Erasures(store.database).eraseOne("n", "i3", "test");
            store.awaitNumber(ROWS, 9);
            store.awaitNumber("SELECT count(*) FROM retention_tasks WHERE state <> 'complete'", 0);

            Replaying replay = store.replay().ended();

            assertThat(replay.counts())
                    .containsEntry("accepted", 60L)
                    .containsEntry("refused.below_floor", 50L)
                    .containsEntry("refused.erased", 1L)
                    .containsEntry("already_there", 9L)
                    .doesNotContainKey("inserted");
            assertThat(store.number(ROWS)).isEqualTo(9);
        }
    }

    @Test
    void timesInWhichStorageWasSwitchedOffAreLeftOutUnlessTheyAreAskedFor() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            store.register("m", false);
            store.register("m", true);
            // On from 13:00, off from 14:00, on again from 15:00.
            switched(store, "m", 1, 2, 3);
            for (int hour = 0; hour < 4; hour++) {
                store.send(store.inferences, 0, NOON + hour * HOUR + HOUR / 2, inference("m", "h" + hour, "x"));
            }
            store.allSent();

            Replaying replay = store.replay().ended();

            assertThat(replay.counts()).containsEntry("inserted", 3L).containsEntry("turned_away.storage_was_off", 1L);
            assertThat(store.number(ROWS + " WHERE inference_id = 'h2'")).isZero();

            Replaying all = store.replay("--replay.include-disabled", "true").ended();

            assertThat(all.counts()).containsEntry("inserted", 1L).containsEntry("already_there", 3L);
            store.register("m", false);
            assertThat(store.replay().ended().counts())
                    .isEqualTo(Map.of("read", 4L, "turned_away.storage_disabled", 4L));
        }
    }

    @Test
    void aReplayReadsFromATimeToATimeOrParts() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            for (int i = 0; i < 40; i++) {
                store.send(store.inferences, i % 2, NOON + i / 2 * HOUR, inference("m", "i" + i, "x"));
            }
            store.allSent();

            Replaying byTime = store.replay(
                            "--replay.start", "2026-03-01T15:00:00Z", "--replay.end", "2026-03-01T20:00:00Z")
                    .ended();
            assertThat(byTime.counts()).containsEntry("read", 10L).containsEntry("inserted", 10L);

            String part = store.inferences + "-1=2:6";
            assertThat(store.replay("--replay.offsets", part).ended().counts())
                    .containsEntry("read", 4L)
                    .containsEntry("inserted", 1L)
                    .containsEntry("already_there", 3L);

            Replaying nothing =
                    store.replay("--replay.start", "2029-01-01T00:00:00Z").ended();
            assertThat(nothing.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(nothing.counts()).isEqualTo(Map.of("read", 0L));

            store.forgetBefore(5);
            assertThat(store.replay("--replay.offsets", part).ended().counts())
                    .as("what Kafka no longer has is counted")
                    .containsEntry("turned_away.missing_in_kafka", 3L)
                    .containsEntry("already_there", 1L);
            assertThatThrownBy(() -> store.replay("--replay.topics", "no-such-topic"))
                    .hasMessage("there is no topic 'no-such-topic'");
            assertThat(store.number("SELECT count(*) FROM replays WHERE state = 'failed'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aReplayThatIsCancelledEndsAndKeepsWhatIsStored() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            send(store, "m", 0, 2000);
            store.allSent();

            Replaying replay = store.replay("--replay.rate", "50");
            Store.await("something is stored", () -> store.number(ROWS) > 10);
            replay.replays().requestCancel(replay.id(), "test");
            replay.ended();

            assertThat(replay.run().state()).isEqualTo(ReplayState.CANCELLED);
            assertThat(replay.counts().get("inserted"))
                    .isEqualTo(store.number(ROWS))
                    .isLessThan(1000);
            assertThat(replay.summary().total()).isEqualTo(2000);
        }
    }

    @Test
    void countsAreExactAfterARestart() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            send(store, "m", 0, 300);
            store.allSent();
            FailOnce failure = FailOnce.of(store);
            failure.now();

            Replaying replay = store.replay().ended();

            assertThat(failure.hasHappened()).isTrue();
            assertThat(replay.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(replay.counts()).containsEntry("read", 300L).containsEntry("accepted", 300L);
            assertThat(rows(replay)).isEqualTo(300);
            assertThat(store.number(ROWS)).isEqualTo(300);
            assertThat(replay.summary().done()).isEqualTo(300);
        }
    }

    @Test
    void countsAreExactAfterARestartAlsoOfSubtasksThatHadEnded() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            for (int i = 0; i < 5000; i++) {
                store.send(inference("m", "i" + i, "x"), i < 10 ? 0 : 1);
            }
            store.allSent();
            FailOnce failure = FailOnce.of(store);

            Replaying replay = store.replay("--replay.rate", "100");
            store.awaitNumber("SELECT count(*) FROM replay_progress WHERE role = 'store' AND finished", 1);
            // One may have begun before it ended, one is its last, and one is without it.
            for (int i = 0; i < 3; i++) {
                long last = Checkpoints.last(folder, replay.job());
                Store.await("another checkpoint", () -> Checkpoints.last(folder, replay.job()) > last);
            }
            failure.now();
            long before = store.number(ROWS);
            Store.await("it goes on", () -> store.number(ROWS) > before + 20);
            replay.replays().requestCancel(replay.id(), "test");
            replay.ended();

            assertThat(failure.hasHappened()).isTrue();
            assertThat(replay.counts())
                    .containsEntry("read", store.number(ROWS))
                    .containsEntry("accepted", store.number(ROWS));
            assertThat(rows(replay)).isEqualTo(store.number(ROWS));
        }
    }

    @Test
    void whatIsWrongWithAReplayIsSaidAndNothingStarts() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            send(store, "m", 0, 1);
            store.allSent();
            Replaying replay = store.replay().ended();

            assertThatThrownBy(() -> store.replay("--replay.id", replay.id())).hasMessageContaining("has ended");
            assertThatThrownBy(() -> store.replay("--replay.id", "nonsense")).hasMessageContaining("is no replay");
            assertThatThrownBy(() -> store.replay("--replay.model", "stranger"))
                    .hasMessageContaining("'model_id' is not registered (it is 'stranger')");
            assertThatThrownBy(() -> store.replay("--replay.offsets", "a-0=5:2", "--replay.start", "yesterday"))
                    .hasMessageContaining("'source.offsets.a-0' must be a topic, a dash and a partition")
                    .hasMessageContaining("'source.start' must be a time");
            assertThatThrownBy(() -> store.replay("--replay.spec", "{\"kind\":\"re_emit\"}"))
                    .hasMessageContaining("'model_id' must be given");
            assertThat(store.number("SELECT count(*) FROM replays")).isEqualTo(1);
        }
    }

    private static void send(Store store, String model, int from, int to) {
        for (int i = from; i < to; i++) {
            store.send(inference(model, "i" + i, "input " + i));
        }
    }

    /** Gives a model's switches their hours of 2026-03-01. */
    private static void switched(Store store, String model, int... hoursAfterNoon) throws SQLException {
        for (int i = 0; i < hoursAfterNoon.length; i++) {
            run(
                    store,
                    "UPDATE storage_switches SET at = '2026-03-01 12:00Z'::timestamptz + interval '"
                            + hoursAfterNoon[i] + " hours' WHERE switch_id = (SELECT switch_id FROM storage_switches"
                            + " WHERE model_id = '" + model + "' ORDER BY switch_id OFFSET " + i + " LIMIT 1)");
        }
    }

    private static void run(Store store, String sql) throws SQLException {
        try (Connection connection = store.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long rows(Replaying replay) {
        return replay.counts().getOrDefault("inserted", 0L) + replay.counts().getOrDefault("already_there", 0L);
    }

    private static String everything(Store store) throws SQLException {
        return store.text("SELECT (SELECT md5(string_agg(i::text, '|' ORDER BY i::text)) FROM inferences i)"
                + " || (SELECT md5(string_agg(s::text, '|' ORDER BY s::text)) FROM segments s)"
                + " || (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM model_hours h)");
    }
}
