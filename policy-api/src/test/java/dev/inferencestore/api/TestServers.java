package dev.inferencestore.api;

import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.servers.KafkaServer;
import dev.inferencestore.servers.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One real PostgreSQL and one real Kafka for all tests; each test takes a database and a control topic of its own. */
public final class TestServers {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path DIR = temporaryDirectory();
    private static final PostgresServer POSTGRES = PostgresServer.start(DIR.resolve("postgres"), 0);
    private static final KafkaServer KAFKA = KafkaServer.start(DIR.resolve("kafka"), 0);

    static {
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

        public String bootstrapServers() {
            return KAFKA.bootstrapServers();
        }

        /** Settings of an API on this store, with the relay or without. */
        public Settings settings(boolean relay, String... more) {
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
                Boolean.toString(relay)
            };
            String[] all = Stream.of(base, more).flatMap(Stream::of).toArray(String[]::new);
            return Settings.read(ApiOptions.ALL, all, Map.of());
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
