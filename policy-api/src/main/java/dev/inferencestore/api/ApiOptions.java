package dev.inferencestore.api;

import dev.inferencestore.api.access.AccessOptions;
import dev.inferencestore.api.inference.LinkKeys;
import dev.inferencestore.api.replay.ReplayOptions;
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

    public static final Option<Integer> HTTP_THREADS = Option.integer(
                    "http.threads",
                    16,
                    10_000,
                    "Most threads that answer calls; each may hold a connection of the pool.")
            .or("200");

    public static final Option<Duration> HTTP_STOP_DELAY = Option.duration(
                    "http.stop-delay",
                    Duration.ZERO,
                    "How long a process that is told to stop goes on as before, not ready, so that no new calls are sent to it.")
            .or("0s");

    public static final Option<Duration> HTTP_STOP_TIMEOUT = Option.duration(
                    "http.stop-timeout",
                    Duration.ZERO,
                    "How long calls at hand may then take, while new ones are refused, before they are cut off.")
            .or("20s");

    public static final Option<String> KAFKA_BOOTSTRAP_SERVERS =
            Option.text("kafka.bootstrap-servers", "Kafka brokers, as host:port separated by commas.");

    public static final Option<String> KAFKA_CONTROL_TOPIC = Option.text(
                    "kafka.control-topic", "Topic that carries registrations to the job; created when it is missing.")
            .or("inference-store.control");

    public static final Option<String> KAFKA_RETENTION_EVENTS_TOPIC = Option.text(
                    "kafka.retention-events-topic",
                    "Topic that says what became of retention policies and tasks; created when it is missing.")
            .or("inference-store.retention-events");

    public static final Option<String> KAFKA_INFERENCES_TOPIC = Option.text(
                    "kafka.inferences-topic", "Topic that events which are posted over HTTP go to; must be there.")
            .or("inference-store.inferences");

    public static final Option<String> KAFKA_DEAD_LETTER_TOPIC = Option.text(
                    "kafka.dead-letter-topic",
                    "Topic that the job writes dead letters to, which calls show and replay.")
            .or("inference-store.dead-letters");

    public static final Option<Integer> KAFKA_REPLICATION_FACTOR = Option.integer(
                    "kafka.replication-factor", 1, 100, "Copies of these two topics, where they are created.")
            .or("1");

    public static final Option<Long> EVENTS_MAX_BODY = Option.bytes(
                    "events.max-body",
                    1 << 10,
                    1 << 30,
                    "Largest body of a call that posts events; with its headers an event must fit the topic's max.message.bytes.")
            .or("32 MiB");

    public static final Option<Long> EVENTS_MAX_IN_FLIGHT = Option.bytes(
                    "events.max-in-flight",
                    1 << 20,
                    1L << 34,
                    "Most bytes of posted events that wait for Kafka at once; more are answered 503. On the heap each takes up to three times its size.")
            .or("64 MiB");

    public static final Option<Duration> EVENTS_DELIVERY_TIMEOUT = Option.duration(
                    "events.delivery-timeout",
                    Duration.ofMillis(500),
                    "How long a call that posts events waits for Kafka before it answers 503.")
            .or("10s");

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

    public static final Option<Duration> POSTGRES_STATEMENT_TIMEOUT = Option.duration(
                    "postgres.statement-timeout",
                    Duration.ofMillis(100),
                    "How long a statement of a call may take, and a transaction rest, before the call answers 503.")
            .or("30s");

    public static final Option<Boolean> RELAY_ENABLED = Option.flag(
                    "relay.enabled", "Whether this process can be the one that publishes to Kafka; at least one must.")
            .or("true");

    public static final Option<Duration> RETENTION_MIN_INTERVAL = Option.duration(
                    "retention.min-interval",
                    Duration.ofSeconds(1),
                    "The shortest automated_interval that a retention policy may have.")
            .or("1min");

    public static final Option<Boolean> USAGE_SAMPLING = Option.flag(
                    "usage.sampling",
                    "Whether this process can be the one that writes down each hour what is used and looks at quotas; at least one must.")
            .or("true");

    public static final Option<Duration> USAGE_HOURLY_RETENTION = Option.duration(
                    "usage.hourly-retention",
                    Duration.ofDays(1),
                    "For how long what was used is known for each hour; from then on for each day.")
            .or("35d");

    public static final Option<Duration> USAGE_RETENTION = Option.duration(
                    "usage.retention", Duration.ofDays(1), "For how long what was used is known at all.")
            .or("400d");

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
            HTTP_THREADS,
            HTTP_STOP_DELAY,
            HTTP_STOP_TIMEOUT,
            KAFKA_BOOTSTRAP_SERVERS,
            KAFKA_CONTROL_TOPIC,
            KAFKA_RETENTION_EVENTS_TOPIC,
            KAFKA_INFERENCES_TOPIC,
            KAFKA_DEAD_LETTER_TOPIC,
            KAFKA_REPLICATION_FACTOR,
            EVENTS_MAX_BODY,
            EVENTS_MAX_IN_FLIGHT,
            EVENTS_DELIVERY_TIMEOUT,
            PostgresOptions.URL,
            PostgresOptions.USER,
            PostgresOptions.PASSWORD,
            POSTGRES_POOL_SIZE,
            POSTGRES_CONNECTION_TIMEOUT,
            POSTGRES_STATEMENT_TIMEOUT,
            RELAY_ENABLED,
            RETENTION_MIN_INTERVAL,
            USAGE_SAMPLING,
            USAGE_HOURLY_RETENTION,
            USAGE_RETENTION,
            LINKS_KEYS,
            S3Options.ENDPOINT,
            S3Options.REGION,
            S3Options.BUCKET,
            S3Options.PATH_STYLE,
            S3Options.ACCESS_KEY,
            S3Options.SECRET_KEY,
            S3Options.TIMEOUT);

    public static final List<Option<?>> ALL = Stream.of(OWN, AccessOptions.ALL, ReplayOptions.ALL)
            .flatMap(List::stream)
            .toList();

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
        ReplayOptions.together(settings, problems);
        topics(settings, problems);
        events(settings, problems);
    }

    private static void topics(Settings settings, List<String> problems) {
        List<Option<String>> topics = List.of(
                KAFKA_CONTROL_TOPIC, KAFKA_RETENTION_EVENTS_TOPIC, KAFKA_INFERENCES_TOPIC, KAFKA_DEAD_LETTER_TOPIC);
        for (int i = 0; i < topics.size(); i++) {
            String topic = settings.find(topics.get(i)).orElse("");
            for (Option<String> former : topics.subList(0, i)) {
                if (topic.equals(settings.find(former).orElse(null))) {
                    problems.add("'" + topics.get(i).key() + "' must be another topic than '" + former.key()
                            + "' (both are '" + topic + "')");
                }
            }
        }
    }

    private static void events(Settings settings, List<String> problems) {
        long body = settings.find(EVENTS_MAX_BODY).orElse(0L);
        long inFlight = settings.find(EVENTS_MAX_IN_FLIGHT).orElse(Long.MAX_VALUE);
        if (inFlight < body) {
            problems.add("'" + EVENTS_MAX_IN_FLIGHT.key() + "' must have room for one body of '" + EVENTS_MAX_BODY.key()
                    + "' (" + inFlight + " and " + body + " bytes)");
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
