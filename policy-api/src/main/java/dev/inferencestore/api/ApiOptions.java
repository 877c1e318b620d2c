package dev.inferencestore.api;

import dev.inferencestore.api.inference.LinkKeys;
import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.segment.S3Options;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that can be set about the API and its relay. */
public final class ApiOptions {
    public static final Option<String> HTTP_HOST = Option.text(
                    "http.host", "Address that the API listens on; only this machine reaches the default.")
            .or("127.0.0.1");

    public static final Option<Integer> HTTP_PORT = Option.integer(
                    "http.port", 0, 65_535, "Port of the API; 0 takes a free one.")
            .or("8080");

    public static final Option<Boolean> HTTP_ACCEPT_UNAUTHENTICATED = Option.flag(
                    "http.accept-unauthenticated",
                    "Lets the API listen where other machines reach it, although it asks nobody who they are.")
            .or("false");

    public static final Option<Long> HTTP_MAX_BODY = Option.bytes(
                    "http.max-body", 1 << 10, 1 << 26, "Largest request body that is read.")
            .or("1 MiB");

    public static final Option<String> KAFKA_BOOTSTRAP_SERVERS =
            Option.text("kafka.bootstrap-servers", "Kafka brokers, as host:port separated by commas.");

    public static final Option<String> KAFKA_CONTROL_TOPIC = Option.text(
                    "kafka.control-topic", "Topic that carries registrations to the job; created when it is missing.")
            .or("inference-store.control");

    public static final Option<String> KAFKA_RETENTION_EVENTS_TOPIC = Option.text(
                    "kafka.retention-events-topic",
                    "Topic that says what became of retention policies and tasks; created when it is missing.")
            .or("inference-store.retention-events");

    public static final Option<Integer> KAFKA_REPLICATION_FACTOR = Option.integer(
                    "kafka.replication-factor", 1, 100, "Copies of these two topics, where they are created.")
            .or("1");

    public static final Option<Integer> POSTGRES_POOL_SIZE = Option.integer(
                    "postgres.pool-size",
                    2,
                    1000,
                    "Most connections that calls use; the two relays have one more each.")
            .or("10");

    public static final Option<Duration> POSTGRES_CONNECTION_TIMEOUT = Option.duration(
                    "postgres.connection-timeout",
                    Duration.ofMillis(250),
                    "How long a call waits for a connection before it answers 503.")
            .or("5s");

    public static final Option<Boolean> RELAY_ENABLED = Option.flag(
                    "relay.enabled", "Whether this process can be the one that publishes to Kafka; at least one must.")
            .or("true");

    public static final Option<Duration> RETENTION_MIN_INTERVAL = Option.duration(
                    "retention.min-interval",
                    Duration.ofSeconds(1),
                    "The shortest automated_interval that a retention policy may have.")
            .or("1min");

    public static final Option<LinkKeys> LINKS_KEYS = new Option<>(
            "links.keys",
            "name:base64, several separated by commas",
            LinkKeys::parse,
            null,
            true,
            true,
            "Keys that signed links to inputs are made with: the first signs, all are taken. Left out, links end with the process that made them.");

    public static final List<Option<?>> ALL = List.of(
            HTTP_HOST,
            HTTP_PORT,
            HTTP_ACCEPT_UNAUTHENTICATED,
            HTTP_MAX_BODY,
            KAFKA_BOOTSTRAP_SERVERS,
            KAFKA_CONTROL_TOPIC,
            KAFKA_RETENTION_EVENTS_TOPIC,
            KAFKA_REPLICATION_FACTOR,
            PostgresOptions.URL,
            PostgresOptions.USER,
            PostgresOptions.PASSWORD,
            POSTGRES_POOL_SIZE,
            POSTGRES_CONNECTION_TIMEOUT,
            RELAY_ENABLED,
            RETENTION_MIN_INTERVAL,
            LINKS_KEYS,
            S3Options.ENDPOINT,
            S3Options.REGION,
            S3Options.BUCKET,
            S3Options.PATH_STYLE,
            S3Options.ACCESS_KEY,
            S3Options.SECRET_KEY,
            S3Options.TIMEOUT);

    private ApiOptions() {}

    /**
     * Reads them all from arguments and environment.
     *
     * @throws InvalidSettings with everything that is wrong with them, each and together
     */
    public static Settings read(String[] arguments, Map<String, String> environment) {
        return Settings.read(ALL, arguments, environment, ApiOptions::together);
    }

    /**
     * Checks what they must fulfil together.
     *
     * @throws InvalidSettings when they do not
     */
    static void check(Settings settings) {
        List<String> problems = new ArrayList<>();
        together(settings, problems);
        if (!problems.isEmpty()) {
            throw new InvalidSettings(problems);
        }
    }

    private static void together(Settings settings, List<String> problems) {
        address(settings, problems);
        topics(settings, problems);
    }

    private static void topics(Settings settings, List<String> problems) {
        String control = settings.find(KAFKA_CONTROL_TOPIC).orElse("");
        if (control.equals(settings.find(KAFKA_RETENTION_EVENTS_TOPIC).orElse(null))) {
            problems.add("'" + KAFKA_RETENTION_EVENTS_TOPIC.key() + "' must be another topic than '"
                    + KAFKA_CONTROL_TOPIC.key() + "' (both are '" + control + "')");
        }
    }

    /** Without authentication nobody but this machine may call, unless that is said to be meant. */
    private static void address(Settings settings, List<String> problems) {
        String host = settings.find(HTTP_HOST).orElse("");
        boolean accepted = settings.find(HTTP_ACCEPT_UNAUTHENTICATED).orElse(false);
        try {
            if (!host.isEmpty() && !InetAddress.getByName(host).isLoopbackAddress() && !accepted) {
                problems.add("'" + HTTP_HOST.key() + "' is reached from other machines (it is '" + host
                        + "') and the API has no authentication yet: keep it on 127.0.0.1, or set '"
                        + HTTP_ACCEPT_UNAUTHENTICATED.key()
                        + "' to true where something in front of it decides who may call");
            }
        } catch (UnknownHostException unknown) {
            problems.add("'" + HTTP_HOST.key() + "' is no address of this machine (it is '" + host + "')");
        }
    }
}
