package dev.inferencestore.api;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import dev.inferencestore.servers.S3Server;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One real PostgreSQL, one real Kafka and one real S3 server for all tests; each test takes a database and a control topic of its own. */
public final class TestServers {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path DIR = temporaryDirectory();
    private static final PostgresServer POSTGRES = PostgresServer.start(DIR.resolve("postgres"), 0);
    private static final KafkaServer KAFKA = KafkaServer.start(DIR.resolve("kafka"), 0);

    private static final String BUCKET = "inputs";
    private static final S3Server S3 = S3Server.start(DIR.resolve("s3"), 0);

    static {
        S3.createBucket(BUCKET);
        Runtime.getRuntime().addShutdownHook(new Thread(TestServers::stop));
    }

    /** A database and topics that no other test has. */
    public record Store(String url, String topic) {
        /** Connections with the schema set, a new one each time. */
        public DataSource database() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url);
            source.setCurrentSchema("inference_store");
            return source;
        }

        public String eventsTopic() {
            return topic + "-retention-events";
        }

        public String user() {
            return POSTGRES.user();
        }

        /** The bucket that the API reads inputs from. */
        public ObjectStore objects() {
            return S3ObjectStore.connect(settings(false), 2);
        }

        public String bootstrapServers() {
            return KAFKA.bootstrapServers();
        }

        /** Settings of an API on this store, with the relay or without. */
        public Settings settings(boolean relay, String... more) {
            return settings(relay, Map.of(), more);
        }

        /** The same where the environment says something too. */
        public Settings settings(boolean relay, Map<String, String> environment, String... more) {
            Map<String, String> all = new HashMap<>(environment);
            all.putAll(secrets());
            return Settings.read(ApiOptions.ALL, arguments(relay, more), all);
        }

        /** What a process takes in its environment, since its arguments are seen by others. */
        public Map<String, String> secrets() {
            return Map.of(
                    "INFERENCE_STORE_S3_ACCESS_KEY", S3.accessKey(), "INFERENCE_STORE_S3_SECRET_KEY", S3.secretKey());
        }

        /** The same as a process takes them, but for secrets. */
        public String[] arguments(boolean relay, String... more) {
            String[] base = {
                "--http.port",
                "0",
                "--kafka.bootstrap-servers",
                bootstrapServers(),
                "--kafka.control-topic",
                topic,
                "--kafka.retention-events-topic",
                eventsTopic(),
                "--postgres.url",
                url,
                "--postgres.user",
                user(),
                // Writes when it wants to, which tests that compare tables do not.
                "--usage.sampling",
                "false",
                "--relay.enabled",
                Boolean.toString(relay),
                "--s3.endpoint",
                S3.endpoint().toString(),
                "--s3.bucket",
                BUCKET
            };
            return Stream.of(base, more).flatMap(Stream::of).toArray(String[]::new);
        }
    }

    private TestServers() {}

    public static Store newStore() {
        int number = COUNT.incrementAndGet();
        return new Store(POSTGRES.createDatabase("store_" + number), "control-" + number);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("policy-api-test");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void stop() {
        S3.close();
        KAFKA.close();
        POSTGRES.close();
        try (Stream<Path> files = Files.walk(DIR)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException leftBehind) {
            System.err.println("left behind: " + DIR);
        }
    }
}
