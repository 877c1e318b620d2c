package dev.inferencestore.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar that users submit, on a Flink cluster of its own processes, with the API and the relay beside it: models are
 * switched under load, a TaskManager is killed, everything is sent twice, and every event is accounted for.
 */
class SubmittedJobTest {
    private static final int EVENTS = 6_000;

    /** What docs/operations.md tells people to watch. */
    private static final List<String> METRICS = List.of(
            "Source__Inferences.pendingRecords",
            "Route_events.accepted",
            "Route_events.reason.storage_disabled.turned_away",
            "Route_events.reason.field_unknown.dead_lettered",
            "Route_events.controlVersion",
            "Route_events.registeredModels",
            "Write_segments.openSegments",
            "Write_segments.openBytes",
            "Write_segments.uploadMillis_p99",
            "Write_segments.uploadsRunning",
            "Write_segments.objects",
            "Store_records__Writer.inserted",
            "Store_records__Writer.already_there",
            "Store_records__Writer.flushRows_median",
            "Store_records__Writer.flushMillis_p99");

    @TempDir
    Path folder;

    private ClusterStore store;

    @Test
    void nothingIsLostOrCountedTwiceWhenATaskManagerIsKilled() throws Exception {
        try (ClusterStore started = new ClusterStore(folder)) {
            store = started;
            FlinkCluster cluster = store.cluster;
            store.register("on", true);
            store.register("switched", true);
            store.register("off", false);
            store.submit();
            assertThat(store.call("PUT", "/models/on/storage?wait=PT30S", "{\"enabled\":true}")
                            .at("/storage/in_effect")
                            .asBoolean())
                    .isTrue();

            send(0, EVENTS / 2);
            cluster.await("rows", () -> store.number("SELECT count(*) FROM inferences") > 200);
            cluster.await("a checkpoint", () -> cluster.checkpoints(store.job()) > 1);
            cluster.killTaskManager();
            cluster.startTaskManager();
            send(EVENTS / 2, EVENTS);
            cluster.awaitRunning(store.job());
            cluster.await("all events", () -> sum(store.totals("route")) == EVENTS + accepted());
            cluster.await("all rows", () -> sum(store.totals("store")) == accepted());

            assertThat(store.totals("route")).isEqualTo(expected(1));
            assertThat(store.number("SELECT count(*) FROM inferences")).isEqualTo(accepted());
            assertThat(store.number("SELECT sum(records) FROM model_hours")).isEqualTo(accepted());
            assertThat(store.number("SELECT sum(count) FROM model_ingest WHERE outcome = 'inserted'"))
                    .isEqualTo(accepted());
            assertThat(store.call("GET", "/models/on/ingest", "").toString())
                    .contains("\"inserted\":" + EVENTS / 4)
                    .contains("field_unknown");
            assertThat(store.call("GET", "/unmatched-sources", "").toString()).contains("stranger");

            String before = everything();
            send(0, EVENTS);
            cluster.await("all events again", () -> store.totals("route").equals(expected(2)));
            cluster.await("all rows again", () -> sum(store.totals("store")) == 2 * accepted());
            assertThat(everything()).isEqualTo(before);

            for (String metric : METRICS) {
                cluster.await(metric, () -> cluster.metrics(store.job()).contains(metric));
            }
            storeWhatCameBeforeStorageWasOn();
            readTopicThatIsNamedLater();
            switchUnderLoad();
        }
    }

    /** By jobs of their own beside the live one, which are submitted as on the command line. */
    private void storeWhatCameBeforeStorageWasOn() throws Exception {
        String off = "SELECT count(*) FROM inferences WHERE model_id = 'off'";
        store.call("PUT", "/models/off/storage?wait=PT30S", "{\"enabled\":true}");
        store.submitBeside("dev.inferencestore.job.replay.ReplayJob", "--replay.model", "off");
        awaitReplays(1);
        assertThat(store.number(off)).isEqualTo(EVENTS / 4);

        store.createTopic("candidates", 1);
        store.submitBeside(
                "dev.inferencestore.job.replay.ReEmitJob",
                "--replay.model",
                "off",
                "--replay.topic",
                "candidates",
                "--replay.pace",
                "fastest");
        awaitReplays(2);
        assertThat(store.call("GET", "/replays", "").at("/items/0/summary/sent").asLong())
                .isEqualTo(EVENTS / 4);
    }

    private void awaitReplays(int complete) throws Exception {
        store.cluster.await(
                complete + " replays to be complete",
                () -> store.number("SELECT count(*) FROM replays WHERE state = 'complete'") == complete);
    }

    private void readTopicThatIsNamedLater() throws Exception {
        store.createTopic("theirs", 2);
        store.call("PUT", "/models/named", """
                {"project_id":"p","task_type":"t","sources":[{"format":"plain","topic":"theirs"}]}""");
        store.call("PUT", "/models/named/storage?wait=PT30S", "{\"enabled\":true}");
        store.send("theirs", "named", "theirs", "{\"output\":1}");
        store.cluster.await(
                "an event of another topic",
                () -> store.number("SELECT count(*) FROM inferences WHERE model_id = 'named'") == 1);
        assertThat(store.call("GET", "/models/named/ingest", "")
                        .at("/topics/0/state")
                        .asText())
                .isEqualTo("reading");
    }

    /** Once the API says that disabling is in effect, nothing that is sent afterwards or before comes any more. */
    private void switchUnderLoad() throws Exception {
        Thread load = new Thread(() -> {
            for (int i = 0; i < 20_000 && !Thread.currentThread().isInterrupted(); i++) {
                store.send("switched", "load" + i, "{\"output\":" + i + "}");
            }
        });
        load.start();
        store.cluster.await(
                "load", () -> store.number("SELECT count(*) FROM inferences WHERE inference_id LIKE 'load%'") > 100);
        assertThat(store.call("PUT", "/models/switched/storage?wait=PT30S", "{\"enabled\":false}")
                        .at("/storage/in_effect")
                        .asBoolean())
                .isTrue();
        long then = store.number("SELECT count(*) FROM inferences WHERE model_id = 'switched'");
        store.send("on", "after the switch", "{\"output\":1}");
        store.cluster.await(
                "a later event",
                () -> store.number("SELECT count(*) FROM inferences WHERE inference_id = 'after the switch'") == 1);
        assertThat(store.number("SELECT count(*) FROM inferences WHERE model_id = 'switched'"))
                .isEqualTo(then);
        load.interrupt();
        load.join();
    }

    /** Events in turn for: on, switched, off, and by turns a stranger and a malformed one. */
    private void send(int from, int to) {
        for (int i = from; i < to; i++) {
            switch (i % 4) {
                case 0 -> store.send("on", "i" + i, "{\"input\":{\"data\":\"input " + i + "\"},\"output\":" + i + "}");
                case 1 -> store.send("switched", "i" + i, "{\"output\":" + i + "}");
                case 2 -> store.send("off", "i" + i, "{\"output\":1}");
                default -> store.send(i % 8 == 3 ? "stranger" : "on", "i" + i, "{\"no\":1}");
            }
        }
        store.allSent();
    }

    private static Map<String, Long> expected(int times) {
        long quarter = (long) EVENTS / 4 * times;
        return Map.of(
                "accepted",
                2 * quarter,
                "inferences",
                2 * quarter,
                "turned_away.storage_disabled",
                quarter,
                "turned_away.unregistered",
                quarter / 2,
                "dead_lettered.field_unknown",
                quarter / 2);
    }

    private static long accepted() {
        return EVENTS / 2;
    }

    private static long sum(Map<String, Long> totals) {
        return totals.values().stream().mapToLong(Long::longValue).sum();
    }

    private String everything() throws SQLException {
        return store.text("SELECT (SELECT md5(string_agg(i::text, '|' ORDER BY i::text)) FROM inferences i)"
                + " || (SELECT md5(string_agg(s::text, '|' ORDER BY s::text)) FROM segments s)"
                + " || (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM model_hours h)");
    }
}
