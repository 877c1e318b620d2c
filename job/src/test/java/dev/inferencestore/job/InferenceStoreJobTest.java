package dev.inferencestore.job;

import static dev.inferencestore.job.Events.inference;
import static dev.inferencestore.job.Events.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.storage.segment.S3ObjectStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InferenceStoreJobTest {
    @TempDir
    Path folder;

    @Test
    void eventsOfEnabledModelsAreStoredAndEveryEventIsCounted() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("on", true);
            store.register("off", false);
            store.start();
            for (int i = 0; i < 300; i++) {
                store.send(inference("on", "i" + i, "input " + i));
                store.send(inference("off", "i" + i, "x"));
            }
            store.send(inference("stranger", "i", "x"));
            store.send(json("on", "{\"no\":1}"));
            store.awaitNumber("SELECT count(*) FROM inferences", 300);
            Store.await("all events counted", () -> sum(store.totals("route")) == 602 + 300);

            assertThat(store.totals("route"))
                    .isEqualTo(Map.of(
                            "accepted", 300L,
                            "inferences", 300L,
                            "turned_away.storage_disabled", 300L,
                            "turned_away.unregistered", 1L,
                            "dead_lettered.field_unknown", 1L));
            Store.await("rows counted", () -> store.totals("store").equals(Map.of("inserted", 300L)));
            assertThat(inputsInS3(store)).hasSize(300).containsEntry("i7", "input 7");
            assertThat(store.number("SELECT count(*) FROM segments")).isLessThan(50);

            store.register("off", true);
            store.register("on", false);
            Store.await(
                    "the switch is in effect and flushed",
                    () -> store.number("SELECT count(*) FROM router_progress"
                                    + " WHERE version = (SELECT max(control_version) FROM models)")
                            == 4);
            store.send(inference("on", "late", "x"));
            store.send(inference("off", "first", "x"));
            store.awaitNumber("SELECT count(*) FROM inferences WHERE model_id = 'off'", 1);
            assertThat(store.number("SELECT count(*) FROM inferences WHERE model_id = 'on'"))
                    .isEqualTo(300);
        }
    }

    @Test
    void aRestartFromASavepointGoesOnCountingAndASecondSendingChangesNothing() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("on", true);
            store.start();
            for (int i = 0; i < 100; i++) {
                store.send(inference("on", "i" + i, "input " + i));
            }
            store.awaitNumber("SELECT count(*) FROM inferences", 100);
            String savepoint = store.stop(folder);
            String before = everything(store);

            store.start(savepoint);
            for (int i = 0; i < 100; i++) {
                store.send(inference("on", "i" + i, "input " + i));
            }

            Store.await(
                    "all counted", () -> store.totals("store").equals(Map.of("inserted", 100L, "already_there", 100L)));
            Store.await("all events counted", () -> store.totals("route")
                    .equals(Map.of("accepted", 200L, "inferences", 200L)));
            assertThat(everything(store)).isEqualTo(before);
        }
    }

    @Test
    void aCheckpointIsAsSmallWithLargePayloadsAsWithSmallOnes() throws Exception {
        long small = checkpointSize("x".repeat(1000), folder.resolve("small"));
        long large = checkpointSize("x".repeat(1_000_000), folder.resolve("large"));

        assertThat((double) large).isBetween(small * 0.95, small * 1.05);
    }

    @Test
    void eventsThatKafkaNoLongerHasStopTheJobUntilThatIsAccepted() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("on", true);
            store.start();
            send(store, 0, 20);
            store.awaitNumber("SELECT count(*) FROM inferences", 20);
            String savepoint = store.stop(folder);
            send(store, 20, 60);
            store.forgetBefore(15);

            store.start(savepoint);
            assertThatThrownBy(() -> store.job().getJobExecutionResult().get())
                    .hasStackTraceContaining("offsets 10 to 14 of " + store.inferences + "-")
                    .hasStackTraceContaining("--kafka.accept-gaps true");

            store.forgetJob();
            store.start(savepoint, store.with("--kafka.accept-gaps", "true"));
            Store.await("all events counted", () -> store.totals("route")
                    .equals(Map.of("accepted", 50L, "inferences", 50L, "turned_away.missing_in_kafka", 10L)));
            store.awaitNumber("SELECT count(*) FROM inferences", 50);
        }
    }

    /** Sends inferences i{from} to i{to - 1}, in turn to both partitions. */
    private static void send(Store store, int from, int to) {
        for (int i = from; i < to; i++) {
            store.send(inference("on", "i" + i, "input " + i), i % 2);
        }
    }

    /** The bytes of a savepoint that is taken while events are on their way. */
    private static long checkpointSize(String input, Path folder) throws Exception {
        try (Store store = new Store(folder)) {
            store.register("on", true);
            store.start();
            for (int i = 0; i < 60; i++) {
                store.send(inference("on", "i" + i, input));
            }
            store.awaitNumber("SELECT (count(*) > 0)::int FROM inferences", 1);
            Path savepoint = Path.of(URI.create(store.stop(folder)));
            try (var files = Files.walk(savepoint)) {
                return files.filter(Files::isRegularFile)
                        .mapToLong(file -> file.toFile().length())
                        .sum();
            }
        }
    }

    private static long sum(Map<String, Long> totals) {
        return totals.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Map<String, String> inputsInS3(Store store) throws Exception {
        Map<String, String> inputs = new HashMap<>();
        try (S3ObjectStore s3 = S3ObjectStore.connect(store.settings, 2);
                Connection connection = store.database.getConnection();
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT i.inference_id, s.object_key, s.base_offset + i.input_offset, i.input_size"
                                        + " FROM inferences i JOIN segments s ON s.segment_id = i.input_segment")) {
            while (rows.next()) {
                inputs.put(
                        rows.getString(1),
                        new String(
                                s3.read(rows.getString(2), rows.getLong(3), rows.getInt(4)), StandardCharsets.UTF_8));
            }
        }
        return inputs;
    }

    private static String everything(Store store) throws Exception {
        try (Connection connection = store.database.getConnection();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT (SELECT md5(string_agg(i::text, '|' ORDER BY i::text)) FROM inferences i)"
                                + " || (SELECT md5(string_agg(s::text, '|' ORDER BY s::text)) FROM segments s)"
                                + " || (SELECT md5(string_agg(h::text, '|' ORDER BY h::text)) FROM model_hours h)")) {
            row.next();
            return row.getString(1);
        }
    }
}
