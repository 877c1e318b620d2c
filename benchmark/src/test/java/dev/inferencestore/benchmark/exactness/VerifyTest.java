package dev.inferencestore.benchmark.exactness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.benchmark.Sender;
import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import dev.inferencestore.storage.schema.Schema;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trial is tried on a small store that does right, and must notice when something in it is made wrong. */
class VerifyTest {
    private static final String LARGEST = String.valueOf(34 * 1024 * 1024);

    @TempDir
    Path dir;

    private final Plan plan =
            new Plan(1500, 4, 2, 42, 7, Instant.now().minusSeconds(60).toEpochMilli());
    private KafkaServer kafka;
    private PostgresServer postgres;
    private S3Server s3;
    private LocalRun run;
    private ObjectStore objects;
    private StandInStore store;

    @BeforeEach
    void startStore() throws Exception {
        kafka = KafkaServer.start(dir.resolve("kafka"), 0);
        postgres = PostgresServer.start(dir.resolve("postgres"), 0);
        s3 = S3Server.start(dir.resolve("s3"), 0);
        s3.createBucket("bucket");
        String url = postgres.createDatabase("store");
        Schema.migrate(postgres.dataSource("store"));
        run = new LocalRun(
                "http://127.0.0.1:1",
                kafka.bootstrapServers(),
                url,
                s3.endpoint().toString(),
                "bucket",
                s3.accessKey(),
                s3.secretKey(),
                null);
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, run.kafka()))) {
            Map<String, String> large = Map.of("max.message.bytes", LARGEST);
            admin.createTopics(List.of(
                            new NewTopic(Wire.TOPIC, 3, (short) 1).configs(large),
                            new NewTopic(DeadLetters.TOPIC, 1, (short) 1).configs(large)))
                    .all()
                    .get();
        }
        objects = Bucket.open(run, 4);
        store = new StandInStore(run, objects);
        for (String model : plan.enabledModels()) {
            store.register(model, true);
        }
        for (String model : plan.disabledModels()) {
            store.register(model, false);
        }
    }

    @AfterEach
    void stopStore() {
        objects.close();
        s3.close();
        postgres.close();
        kafka.close();
    }

    @Test
    void aStoreThatDoesRightPassesAfterEachSendingAndEveryFaultIsNoticed() throws Exception {
        send(1);
        assertThat(verify()).contains("PASS rows in all").doesNotContain("FAIL");
        List<String> once = new TableHash(run, report(new ByteArrayOutputStream())).hashes();

        send(2);
        assertThat(verify()).doesNotContain("FAIL");
        assertThat(new TableHash(run, report(new ByteArrayOutputStream())).hashes())
                .isEqualTo(once);

        TarWriter stray = new TarWriter();
        stray.append("stray.bin", 0, new byte[10]);
        objects.put("inputs/stray.tar", stray);
        assertThat(failures()).containsExactly("objects in the bucket that no segment names");
        objects.delete(List.of("inputs/stray.tar"));

        update("UPDATE inferences SET metadata = '{}' WHERE inference_id ="
                + " (SELECT min(inference_id) FROM inferences WHERE metadata IS NOT NULL)");
        assertThat(failures()).containsExactly("fields of rows that are not as sent");

        update("UPDATE inferences SET input_offset = input_offset + 1 WHERE inference_id ="
                + " (SELECT max(inference_id) FROM inferences WHERE input_offset IS NOT NULL)");
        assertThat(failures())
                .contains("inputs that are not as sent, byte for byte and by the sha256 of their row")
                .contains("inputs read back, equal to what was sent");

        update("DELETE FROM inferences WHERE inference_id = (SELECT min(inference_id) FROM inferences)");
        assertThat(failures()).contains("rows in all", "rows = records of all hours");
        assertThat(new TableHash(run, report(new ByteArrayOutputStream())).hashes())
                .isNotEqualTo(once);
    }

    private void send(int sending) throws Exception {
        Traffic traffic = new Traffic(plan);
        try (Sender sender = new Sender(run)) {
            for (int index = 0; index < plan.events(); index++) {
                sender.send(traffic.event(traffic.slot(index)));
            }
            sender.flush();
        }
        store.catchUp();
        new State(plan, sending, false).write(dir.resolve("state.json"));
    }

    private List<String> failures() throws Exception {
        return verify().lines()
                .filter(line -> line.startsWith("FAIL "))
                .map(line -> line.substring(5, line.indexOf(':')))
                .toList();
    }

    private String verify() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String state = dir.resolve("state.json").toString();
        new Verify(run, report(out))
                .run(Exactness.read(
                        new String[] {"--state", state, "--deadline", "5s"},
                        Exactness.STATE,
                        Exactness.DEADLINE,
                        Exactness.THREADS,
                        Exactness.PREFIX,
                        Exactness.ALLOW_ORPHANS));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Report report(ByteArrayOutputStream out) {
        return new Report(new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private void update(String sql) throws Exception {
        try (Connection connection = run.connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
