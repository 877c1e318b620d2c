package dev.inferencestore.api;

import com.zaxxer.hikari.HikariDataSource;
import dev.inferencestore.api.access.Access;
import dev.inferencestore.api.access.Route;
import dev.inferencestore.api.audit.AuditCalls;
import dev.inferencestore.api.deadletter.DeadLetterCalls;
import dev.inferencestore.api.deadletter.DeadLetterReplayCalls;
import dev.inferencestore.api.deadletter.DeadLetterSettings;
import dev.inferencestore.api.deadletter.DeadLetters;
import dev.inferencestore.api.events.EventCalls;
import dev.inferencestore.api.events.EventProducer;
import dev.inferencestore.api.events.EventSettings;
import dev.inferencestore.api.hold.HoldCalls;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.EncodedPaths;
import dev.inferencestore.api.http.Heads;
import dev.inferencestore.api.http.ProblemAnswers;
import dev.inferencestore.api.http.RequestIds;
import dev.inferencestore.api.http.SecurityHeaders;
import dev.inferencestore.api.inference.DownloadCalls;
import dev.inferencestore.api.inference.IndexBuilding;
import dev.inferencestore.api.inference.InferenceCalls;
import dev.inferencestore.api.inference.InputCalls;
import dev.inferencestore.api.inference.LinkKeys;
import dev.inferencestore.api.inference.Links;
import dev.inferencestore.api.inference.MetadataIndexCalls;
import dev.inferencestore.api.openapi.DocsPage;
import dev.inferencestore.api.openapi.OpenApi;
import dev.inferencestore.api.operations.AccessLog;
import dev.inferencestore.api.operations.HealthCalls;
import dev.inferencestore.api.operations.Metrics;
import dev.inferencestore.api.operations.Stopping;
import dev.inferencestore.api.registration.CaptureCalls;
import dev.inferencestore.api.registration.IngestCalls;
import dev.inferencestore.api.registration.ModelCalls;
import dev.inferencestore.api.registration.ModelVersion;
import dev.inferencestore.api.registration.UnregisterCalls;
import dev.inferencestore.api.relay.Feed;
import dev.inferencestore.api.relay.KafkaProbe;
import dev.inferencestore.api.relay.Relay;
import dev.inferencestore.api.relay.RelaySettings;
import dev.inferencestore.api.replay.BackfillCalls;
import dev.inferencestore.api.replay.KafkaReach;
import dev.inferencestore.api.replay.ReplayCalls;
import dev.inferencestore.api.replay.ReplayWatching;
import dev.inferencestore.api.retention.DefaultPolicyCalls;
import dev.inferencestore.api.retention.EraseCalls;
import dev.inferencestore.api.retention.LimitCalls;
import dev.inferencestore.api.retention.OverviewCalls;
import dev.inferencestore.api.retention.PolicyCalls;
import dev.inferencestore.api.retention.PolicyStanding;
import dev.inferencestore.api.retention.TaskCalls;
import dev.inferencestore.api.usage.QuotaCalls;
import dev.inferencestore.api.usage.UsageCalls;
import dev.inferencestore.api.usage.UsageSampling;
import dev.inferencestore.domain.options.InvalidSettings;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.schema.PostgresOptions;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import dev.inferencestore.storage.usage.Quotas;
import dev.inferencestore.storage.usage.UsageSampler;
import io.javalin.Javalin;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP API and its relays in one process. Any number of them may run on one database. */
public final class PolicyApi implements AutoCloseable {
    /** As many inputs are read at once. */
    private static final int OBJECT_CONNECTIONS = 32;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Settings settings;
    private List<Route> routes = List.of();
    private final Stopping stopping;
    private int port;

    private PolicyApi(Settings settings) {
        this.settings = settings;
        stopping = new Stopping(settings.get(ApiOptions.HTTP_STOP_DELAY), settings.get(ApiOptions.HTTP_STOP_TIMEOUT));
    }

    /** Reads the options, starts, and says where it listens; stops when the process is told to. */
    public static void main(String[] arguments) {
        if (System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty("log4j2.configurationFile", "classpath:dev/inferencestore/api/log4j2.properties");
        }
        try {
            PolicyApi api = start(ApiOptions.read(arguments, System.getenv()));
            Runtime.getRuntime().addShutdownHook(new Thread(api::close, "stop"));
            System.out.println(
                    "The API listens on http://" + api.settings.get(ApiOptions.HTTP_HOST) + ":" + api.port());
        } catch (InvalidSettings invalid) {
            System.err.println(invalid.getMessage());
            System.exit(2);
        } catch (RuntimeException failure) {
            LoggerFactory.getLogger(PolicyApi.class).error("the API cannot start", failure);
            System.exit(1);
        }
    }

    /**
     * Starts everything, or nothing and throws why.
     *
     * @param settings values of {@link ApiOptions#ALL}
     * @throws InvalidSettings when options do not go together
     */
    public static PolicyApi start(Settings settings) {
        ApiOptions.check(settings);
        PolicyApi api = new PolicyApi(settings);
        try {
            api.startAll();
            return api;
        } catch (RuntimeException failure) {
            api.close();
            throw failure;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** The calls that it answers. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * Stops: first it is not ready, then calls at hand are answered and new ones refused, then the rest stops in the reverse
     * order of starting.
     */
    @Override
    public void close() {
        if (!started.isEmpty()) {
            stopping.begin();
        }
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception failure) {
                Logger log = LoggerFactory.getLogger(PolicyApi.class);
                log.warn("a part of the API did not stop cleanly", failure);
            }
        }
    }

    private void startAll() {
        HikariDataSource database = closedLater(Database.open(settings));
        List<Relay> relays = List.of();
        KafkaProbe kafka = closedLater(KafkaProbe.of(relaySettings()));
        if (settings.get(ApiOptions.RELAY_ENABLED)) {
            relays = feeds().stream()
                    .map(feed -> closedLater(Relay.start(relaySettings(), feed)))
                    .toList();
        }
        if (settings.get(ApiOptions.USAGE_SAMPLING)) {
            UsageSampler sampler = new UsageSampler(
                    database,
                    settings.get(ApiOptions.USAGE_HOURLY_RETENTION),
                    settings.get(ApiOptions.USAGE_RETENTION));
            closedLater(UsageSampling.start(sampler, new Quotas(database), Clock.systemUTC()));
        }
        Javalin server = server(database, relays, kafka);
        routes = Route.all(server);
        started.push(server::stop);
        port = server.start(settings.get(ApiOptions.HTTP_HOST), settings.get(ApiOptions.HTTP_PORT))
                .port();
    }

    private Javalin server(HikariDataSource database, List<Relay> relays, KafkaProbe kafka) {
        var models = closedLater(ModelVersion.waits(new InEffect(database)));
        var policies = closedLater(PolicyStanding.waits(new RetentionPolicies(database)));
        Duration leastInterval = settings.get(ApiOptions.RETENTION_MIN_INTERVAL);
        stopping.ends(models::end);
        stopping.ends(policies::end);
        Metrics metrics = closedLater(new Metrics(database, relays));
        database.setMetricRegistry(metrics.registry());
        EventProducer events = closedLater(EventProducer.open(eventSettings()));
        events.bindTo(metrics.registry());
        DeadLetters deadLetters = closedLater(DeadLetters.open(deadLetterSettings()));
        Body body = new Body(settings.get(ApiOptions.HTTP_MAX_BODY));
        ObjectStore objects = closedLater(S3ObjectStore.connect(settings, OBJECT_CONNECTIONS));
        IndexBuilding indexBuilding = closedLater(IndexBuilding.start(database));
        ReplayWatching replays = closedLater(ReplayWatching.start(settings, database));
        KafkaReach reach = closedLater(KafkaReach.of(settings.get(ApiOptions.KAFKA_BOOTSTRAP_SERVERS)));
        BackfillCalls backfills = new BackfillCalls(settings, database, reach, replays, Clock.systemUTC());
        Links links = links();
        return Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.jetty.threadPool = new QueuedThreadPool(settings.get(ApiOptions.HTTP_THREADS), 8);
            RequestIds.addTo(config);
            stopping.addTo(config);
            ProblemAnswers.addTo(config);
            EncodedPaths.addTo(config);
            Heads.addTo(config);
            new OpenApi().addTo(config);
            DocsPage.addTo(config.routes);
            metrics.addTo(config);
            new SecurityHeaders(isReachedByTls()).addTo(config.routes);
            Access.of(settings, database, links::covers).addTo(config.routes, body);
            AccessLog.addTo(config);
            new HealthCalls(database, relays, kafka, stopping::hasBegun).addTo(config.routes);
            new ModelCalls(database, models, backfills, body, ownTopics()).addTo(config.routes);
            new CaptureCalls(database, models, body).addTo(config.routes);
            new UnregisterCalls(database).addTo(config.routes);
            new IngestCalls(database).addTo(config.routes);
            new HoldCalls(database, body).addTo(config.routes);
            new EraseCalls(database, body).addTo(config.routes);
            new OverviewCalls(database).addTo(config.routes);
            new PolicyCalls(database, policies, body, leastInterval).addTo(config.routes);
            new TaskCalls(database, body).addTo(config.routes);
            new DefaultPolicyCalls(database, body, leastInterval).addTo(config.routes);
            new LimitCalls(database, body).addTo(config.routes);
            new InferenceCalls(database, links, body).addTo(config.routes);
            new InputCalls(database, objects, links).addTo(config.routes);
            new DownloadCalls(database, objects, body).addTo(config.routes);
            new MetadataIndexCalls(database, indexBuilding::wake, body).addTo(config.routes);
            new AuditCalls(database).addTo(config.routes);
            new UsageCalls(database).addTo(config.routes);
            new QuotaCalls(database, body).addTo(config.routes);
            new ReplayCalls(settings, database, replays, body).addTo(config.routes);
            new EventCalls(database, events, eventSettings()).addTo(config.routes);
            new DeadLetterCalls(database, deadLetters).addTo(config.routes);
            new DeadLetterReplayCalls(database, deadLetters, body).addTo(config.routes);
        });
    }

    /** Topics that no source names and no event is sent to. */
    private Set<String> ownTopics() {
        return Set.of(
                settings.get(ApiOptions.KAFKA_CONTROL_TOPIC),
                settings.get(ApiOptions.KAFKA_RETENTION_EVENTS_TOPIC),
                settings.get(ApiOptions.KAFKA_DEAD_LETTER_TOPIC));
    }

    private boolean isReachedByTls() {
        return settings.find(ApiOptions.HTTP_PUBLIC_URL)
                .filter(url -> "https".equals(url.getScheme()))
                .isPresent();
    }

    private EventSettings eventSettings() {
        return new EventSettings(
                settings.get(ApiOptions.KAFKA_BOOTSTRAP_SERVERS),
                settings.get(ApiOptions.KAFKA_INFERENCES_TOPIC),
                Math.toIntExact(settings.get(ApiOptions.EVENTS_MAX_BODY)),
                settings.get(ApiOptions.EVENTS_MAX_IN_FLIGHT),
                settings.get(ApiOptions.EVENTS_DELIVERY_TIMEOUT));
    }

    private DeadLetterSettings deadLetterSettings() {
        return new DeadLetterSettings(
                settings.get(ApiOptions.KAFKA_BOOTSTRAP_SERVERS),
                settings.get(ApiOptions.KAFKA_DEAD_LETTER_TOPIC),
                settings.get(ApiOptions.KAFKA_INFERENCES_TOPIC),
                ownTopics(),
                settings.get(ApiOptions.EVENTS_DELIVERY_TIMEOUT));
    }

    private Links links() {
        LinkKeys keys = settings.find(ApiOptions.LINKS_KEYS).orElseGet(LinkKeys::random);
        return new Links(keys, settings.find(ApiOptions.HTTP_PUBLIC_URL).orElse(null), Clock.systemUTC());
    }

    private RelaySettings relaySettings() {
        return new RelaySettings(
                settings.get(PostgresOptions.URL),
                settings.get(PostgresOptions.USER),
                settings.find(PostgresOptions.PASSWORD).orElse(null),
                settings.get(ApiOptions.KAFKA_BOOTSTRAP_SERVERS));
    }

    private List<Feed> feeds() {
        int copies = settings.get(ApiOptions.KAFKA_REPLICATION_FACTOR);
        return List.of(
                Feed.control(settings.get(ApiOptions.KAFKA_CONTROL_TOPIC), copies),
                Feed.retentionEvents(settings.get(ApiOptions.KAFKA_RETENTION_EVENTS_TOPIC), copies));
    }

    private <T extends AutoCloseable> T closedLater(T part) {
        started.push(part);
        return part;
    }
}
