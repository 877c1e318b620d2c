package dev.inferencestore.benchmark.retention;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.schema.Schema;
import dev.inferencestore.storage.segment.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The trial is tried on real servers with what removes, and must notice when something is removed that should not be. */
class RetentionTest {
    @TempDir
    Path dir;

    private final AtomicReference<String> sabotage = new AtomicReference<>();
    private PostgresServer postgres;
    private S3Server s3;
    private ObjectStore objects;
    private StandInApi api;
    private LocalRun run;

    @BeforeEach
    void startStore() throws Exception {
        postgres = PostgresServer.start(dir.resolve("postgres"), 0);
        s3 = S3Server.start(dir.resolve("s3"), 0);
        s3.createBucket("bucket");
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(postgres.createDatabase("store"));
        database.setUser(postgres.user());
        database.setCurrentSchema(Schema.NAME);
        Schema.migrate(database);
        run = run("http://127.0.0.1:1");
        objects = Bucket.open(run, 4);
        api = new StandInApi(database, objects, new Saboteur());
        run = run(api.url());
    }

    private LocalRun run(String apiUrl) {
        return new LocalRun(
                apiUrl,
                "127.0.0.1:1",
                postgres.jdbcUrl("store"),
                s3.endpoint().toString(),
                "bucket",
                s3.accessKey(),
                s3.secretKey(),
                null);
    }

    @AfterEach
    void stopStore() {
        api.close();
        objects.close();
        s3.close();
        postgres.close();
    }

    @Test
    void aStoreThatDoesRightPasses() throws Exception {
        String report = retention("seed,soft,hard");

        assertThat(report)
                .contains("PASS HARD runs remove what their dry runs counted and nothing else")
                .contains("per input")
                .doesNotContain("FAIL");
        assertThat(retention("soft,hard")).as("once more, when half is gone").doesNotContain("FAIL");
    }

    @Test
    void aRunThatTakesARowTooManyIsNoticed() throws Exception {
        retention("seed");
        sabotage.set("DELETE FROM inferences WHERE (model_id, inference_id, created_at) IN"
                + " (SELECT model_id, inference_id, created_at FROM inferences ORDER BY created_at DESC LIMIT 1)");

        assertThat(failures(retention("hard")))
                .containsExactly("HARD runs remove what their dry runs counted and nothing else:"
                        + " models whose rows are others");
    }

    @Test
    void aRunThatTakesAnObjectTooManyIsNoticed() throws Exception {
        retention("seed");
        String kept = Bucket.list(run, "inputs/retention-0001/").keySet().stream()
                .max(String::compareTo)
                .orElseThrow();
        sabotage.set("object " + kept);

        assertThat(failures(retention("hard")))
                .containsExactlyInAnyOrder(
                        "HARD runs remove what their dry runs counted and nothing else: objects that should be there",
                        "inputs left that are not as their row says");
    }

    @Test
    void theFirstRowThatANewPolicyTakesIsTimed() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PolicyLatency.run(new String[] {"--ready", ready(), "--changes", "5"}, report(out));

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("5 changes, from the answer to PUT until the first row is gone")
                .contains("PASS rows left: 0")
                .contains("PASS objects left: 0");
    }

    private String retention(String phases) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> arguments = new ArrayList<>(List.of("--ready", ready(), "--phases", phases));
        arguments.addAll(List.of("--records", "4000", "--inputs", "800", "--models", "8"));
        arguments.addAll(List.of("--size", "100", "--inputs-an-object", "25"));
        Retention.run(arguments.toArray(new String[0]), report(out));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static List<String> failures(String report) {
        return report.lines()
                .filter(line -> line.startsWith("FAIL "))
                .map(line -> line.substring(5, line.lastIndexOf(':')))
                .toList();
    }

    private String ready() throws Exception {
        return new ObjectMapper()
                .writeValueAsString(Map.of(
                        "api", run.api(),
                        "kafka", run.kafka(),
                        "postgres", run.postgres(),
                        "s3", run.s3(),
                        "bucket", run.bucket(),
                        "s3_access_key", run.accessKey(),
                        "s3_secret_key", run.secretKey()));
    }

    private static Report report(ByteArrayOutputStream out) {
        return new Report(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    /** Does something wrong, once, when a run has removed rows. */
    private final class Saboteur implements RunListener {
        @Override
        public void removed(Removed removed) {
            String wrong = sabotage.getAndSet(null);
            if (wrong == null) {
                return;
            }
            if (wrong.startsWith("object ")) {
                objects.delete(List.of(wrong.substring(7)));
                return;
            }
            try (Connection connection = run.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate(wrong)).isEqualTo(1);
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }
}
