package dev.inferencestore.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.inferencestore.storage.file.Uploads;
import dev.inferencestore.storage.replay.ReplayState;
import dev.inferencestore.storage.segment.S3Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replays of files into a real store. */
class FileReplayTest {
    private static final String ROWS = "SELECT count(*) FROM inferences";

    @TempDir
    Path folder;

    @Test
    void filesOfTheOwnFormatAreStoredOnceHoweverOftenTheyAreReplayed() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        try (Store store = new Store(folder)) {
            store.register("m", true);
            StringBuilder plain = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                plain.append(own("m", "p" + i)).append('\n');
            }
            plain.append("{\"no\":1}\n").append("x".repeat(3000)).append('\n');
            Files.writeString(files.resolve("plain.jsonl"), plain);
            Files.write(files.resolve("packed.jsonl.gz"), packed(300));
            Files.writeString(files.resolve("empty.jsonl"), "");
            Files.write(files.resolve("a-cut.jsonl.gz"), Arrays.copyOf(packed(300), 40));

            String[] options = {
                "--replay.files", "file://" + files + "/", "--replay.format", "own", "--ingest.max-event-size", "2 KiB"
            };
            Replaying replay = store.replay(options).ended();

            assertThat(replay.run().state()).isEqualTo(ReplayState.COMPLETE);
            assertThat(replay.counts())
                    .isEqualTo(Map.of(
                            "read", 803L,
                            "accepted", 800L,
                            "inferences", 800L,
                            "inserted", 800L,
                            "dead_lettered.field_unknown", 1L,
                            "dead_lettered.event_too_large", 1L,
                            "dead_lettered.file_broken", 1L));
            assertThat(replay.summary().done()).isEqualTo(replay.summary().total());
            assertThat(store.number("SELECT sum(input_size) FROM inferences WHERE inference_id = 'p7'"))
                    .isEqualTo("input p7".length());
            assertThat(Topics.records(store.deadLetters))
                    .as("dead letters of files are on no topic yet")
                    .hasSize(3);

            assertThat(store.replay(options).ended().counts())
                    .containsEntry("already_there", 800L)
                    .doesNotContainKey("inserted");
            assertThat(store.number(ROWS)).isEqualTo(800);
        }
    }

    @Test
    void filesOfOthersInS3AreTakenForTheModelThatIsSaid() throws Exception {
        try (Store store = new Store(folder)) {
            store.register("m", true);
            String bucket = store.settings.get(S3Options.BUCKET);
            Uploads.put(store.settings, "capture/a.jsonl", sageMaker("s1") + "\n" + sageMaker("s2"));
            Uploads.put(
                    store.settings,
                    "blobs/b.json",
                    "[" + kserve("k1", "request", "{\"instances\":[1]}") + ",\n"
                            + kserve("k1", "response", "{\"predictions\":[2]}") + "]");

            Replaying sageMaker = store.replay(
                            "--replay.files", "s3://" + bucket + "/capture/a.jsonl",
                            "--replay.format", "sagemaker",
                            "--replay.as-model", "m")
                    .ended();
            Replaying kserve = store.replay(
                            "--replay.files", "s3://" + bucket + "/blobs/",
                            "--replay.format", "kserve-blob",
                            "--replay.as-model", "m")
                    .ended();

            assertThat(sageMaker.counts()).containsEntry("read", 2L).containsEntry("inserted", 2L);
            assertThat(kserve.counts()).containsEntry("read", 2L).containsEntry("inserted", 2L);
            assertThat(store.text("SELECT string_agg(inference_id || ' ' || part, ',' ORDER BY inference_id, part)"
                            + " FROM inferences WHERE model_id = 'm'"))
                    .isEqualTo("k1 request,k1 response,s1 both,s2 both");
        }
    }

    @Test
    void whatSaysNoTimeIsOfTheTimeOfItsFile() throws Exception {
        Path file = folder.resolve("old.json");
        Files.writeString(file, kserve("k1", "request", "{\"instances\":[1]}").replaceAll(",\"occurrenceTime.*\"", ""));
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-02-01T10:00:00Z")));
        try (Store store = new Store(folder)) {
            store.register("m", true);

            Replaying replay = store.replay(
                            "--replay.files", "file://" + file,
                            "--replay.format", "kserve-blob",
                            "--replay.as-model", "m")
                    .ended();

            assertThat(replay.counts()).containsEntry("inserted", 1L);
            assertThat(store.number(ROWS + " WHERE created_at = '2026-02-01T10:00:00Z'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aFileIsReadOnWhereTheLastCheckpointWas() throws Exception {
        Path file = folder.resolve("long.jsonl");
        try (Store store = new Store(folder)) {
            store.register("m", true);
            try (Writer out = Files.newBufferedWriter(file)) {
                for (int i = 0; i < 3000; i++) {
                    out.write(own("m", "i" + i) + "\n");
                }
            }
            FailOnce failure = FailOnce.of(store);

            Replaying replay =
                    store.replay("--replay.files", "file://" + file, "--replay.format", "own", "--replay.rate", "1000");
            Store.await("a checkpoint", () -> Checkpoints.last(folder, replay.job()) > 0);
            failure.now();
            replay.ended();

            assertThat(failure.hasHappened()).isTrue();
            assertThat(replay.counts()).containsEntry("read", 3000L).containsEntry("accepted", 3000L);
            assertThat(store.number(ROWS)).isEqualTo(3000);
        }
    }

    @Test
    void aFileThatIsNotThereFailsTheReplayAtOnceAndSaysWhich() throws Exception {
        try (Store store = new Store(folder)) {
            Replaying replay = store.replay("--replay.files", "file:///no/such/file", "--replay.format", "own");

            assertThatThrownBy(replay::ended).hasStackTraceContaining("there is no file:///no/such/file");
        }
    }

    private static String own(String model, String id) {
        return "{\"model_id\":\"" + model + "\",\"inference_id\":\"" + id
                + "\",\"created_at\":\"2026-03-01T12:00:00Z\",\"input\":{\"data\":\"input " + id + "\"},\"output\":1}";
    }

    private static byte[] packed(int entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer out = new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8)) {
            for (int i = 0; i < entries; i++) {
                out.write(own("m", "g" + i) + "\n");
            }
        }
        return bytes.toByteArray();
    }

    private static String sageMaker(String id) {
        return "{\"captureData\":{\"endpointInput\":{\"observedContentType\":\"text/csv\",\"mode\":\"INPUT\",\"data\":"
                + "\"1,2\",\"encoding\":\"CSV\"},\"endpointOutput\":{\"observedContentType\":\"text/csv\",\"mode\":"
                + "\"OUTPUT\",\"data\":\"3\",\"encoding\":\"CSV\"}},\"eventMetadata\":{\"eventId\":\"" + id
                + "\",\"inferenceTime\":\"2026-03-01T10:00:01Z\"},\"eventVersion\":\"0\"}";
    }

    private static String kserve(String id, String half, String body) {
        String bytes = java.util.Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));
        return "{\"id\":\"" + id + "\",\"reqType\":\"org.kubeflow.serving.inference." + half + "\",\"bytes\":\"" + bytes
                + "\",\"contentType\":\"application/json\",\"inferenceService\":\"s\",\"namespace\":\"n\","
                + "\"component\":\"predictor\",\"endpoint\":\"default\",\"occurrenceTime\":\"2026-03-01T10:00:00Z\"}";
    }
}
