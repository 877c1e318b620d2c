package dev.inferencestore.api;

import dev.inferencestore.api.access.AccessOptions;
import dev.inferencestore.api.inference.LinkKeys;
import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Option;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.segment.S3Options;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that can be set about the API and its relay. */
public final class ApiOptions {
    public static final Option<String> HTTP_HOST = Option.text(
                    "http.host", "Address that the API listens on; only this machine reaches the default.")
            .or("127.0.0.1");

    public static final Option<Integer> HTTP_PORT = Option.integer(
                    "http.port", 0, 65_535, "Port of the API; 0 takes a free one.")
            .or("8080");

    public static final Option<URI> HTTP_PUBLIC_URL = new Option<>(
            "http.public-url",
            "https://host[:port]",
            ApiOptions::publicUrl,
            null,
            true,
            false,
            "Where callers reach the API, where that is not host and port; with https, browsers are told to use nothing else.");

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

    private static final List<Option<?>> OWN = List.of(
            HTTP_HOST,
            HTTP_PORT,
            HTTP_PUBLIC_URL,
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

    public static final List<Option<?>> ALL =
            Stream.of(OWN, AccessOptions.ALL).flatMap(List::stream).toList();

    private ApiOptions() {}

    /**
     * Reads them all from the arguments and the environment of a process; secrets from the latter and from files only.
     *
     * @throws InvalidSettings with everything that is wrong with them, each and together
     */
    public static Settings read(String[] arguments, Map<String, String> environment) {
        return Settings.read(ALL, arguments, environment, (settings, problems) -> {
            together(settings, problems);
            secrets(arguments, problems);
        });
    }

    /** Other users of a machine see the arguments of its processes. */
    private static void secrets(String[] arguments, List<String> problems) {
        List<String> given = List.of(arguments);
        ALL.stream()
                .filter(option -> option.secret() && given.contains("--" + option.key()))
                .forEach(option -> problems.add("'" + option.key()
                        + "' is a secret and may not be an argument: put it into the variable " + option.variable()
                        + ", or into a file that '" + option.key() + ".file' names"));
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
        AccessOptions.together(settings, problems);
        topics(settings, problems);
    }

    private static void topics(Settings settings, List<String> problems) {
        String control = settings.find(KAFKA_CONTROL_TOPIC).orElse("");
        if (control.equals(settings.find(KAFKA_RETENTION_EVENTS_TOPIC).orElse(null))) {
            problems.add("'" + KAFKA_RETENTION_EVENTS_TOPIC.key() + "' must be another topic than '"
                    + KAFKA_CONTROL_TOPIC.key() + "' (both are '" + control + "')");
        }
    }

    /** Without authentication nobody but this machine may call. */
    private static void address(Settings settings, List<String> problems) {
        String host = settings.find(HTTP_HOST).orElse("");
        try {
            if (!host.isEmpty() && !InetAddress.getByName(host).isLoopbackAddress() && !AccessOptions.isOn(settings)) {
                problems.add("'" + HTTP_HOST.key() + "' is reached from other machines (it is '" + host
                        + "') and nothing says who may call: set '" + AccessOptions.BOOTSTRAP_TOKEN.key() + "' or '"
                        + AccessOptions.ISSUER.key() + "', or keep it on 127.0.0.1");
            }
        } catch (UnknownHostException unknown) {
            problems.add("'" + HTTP_HOST.key() + "' is no address of this machine (it is '" + host + "')");
        }
    }

    private static URI publicUrl(String text) {
        URI url = URI.create(text.strip());
        boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
        if (!web || url.getHost() == null || url.getQuery() != null || url.getFragment() != null) {
            throw new IllegalArgumentException("must be https://host[:port], or http");
        }
        return url;
    }
}
