package dev.inferencestore.api.operations;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.relay.Relay;
import dev.inferencestore.storage.outbox.OutboxBacklog;
import dev.inferencestore.storage.registration.ControlOutbox;
import dev.inferencestore.storage.retention.RetentionFigures;
import dev.inferencestore.storage.usage.Quotas;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.StatisticsHandler;

/** Figures for Prometheus. Nothing is labelled by model: those figures come from the API. */
public final class Metrics implements AutoCloseable {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60)
    };
    private static final OutboxBacklog UNKNOWN = new OutboxBacklog(-1, Double.NaN);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RetentionGauges retention;
    private final Cached<OutboxBacklog> outbox;
    private volatile OutboxBacklog backlog = UNKNOWN;

    /** Figures of this process, its relays, and what they and the job have still to do by the database. */
    public Metrics(DataSource database, List<Relay> relays) {
        retention = new RetentionGauges(new Cached<>(() -> RetentionFigures.read(database), System::nanoTime));
        retention.bindTo(registry);
        outbox = new Cached<>(() -> OutboxBacklog.read(database, ControlOutbox.TABLE), System::nanoTime);
        new QuotaGauges(new Cached<>(() -> new Quotas(database).figures(), System::nanoTime)).bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        Gauge.builder("inference_store.control_outbox.depth", () -> known(backlog.depth()))
                .description("Control records that are committed and not yet known to be published")
                .register(registry);
        Gauge.builder("inference_store.relay.lag", () -> backlog.oldestSeconds())
                .description("Age of the oldest message in the outbox")
                .tag("relay", "control")
                .baseUnit("seconds")
                .register(registry);
        relays.forEach(relay -> FunctionCounter.builder("inference_store.relay.published", relay, Relay::published)
                .description("Messages that this relay has published")
                .tag("relay", relay.name())
                .register(registry));
    }

    /** For others of this process to add to. */
    public MeterRegistry registry() {
        return registry;
    }

    public void addTo(JavalinConfig server) {
        server.requestLogger.http((call, millis) -> Timer.builder("http.server.requests")
                .description("Calls by route")
                .tag("method", method(call))
                .tag("route", route(call))
                .tag("status", Integer.toString(call.statusCode()))
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(Duration.ofNanos((long) (millis * 1_000_000.0))));
        server.jetty.modifyServer(jetty -> Gauge.builder("http.server.requests.active", jetty, Metrics::active)
                .description("Calls that are being answered")
                .register(registry));
        server.routes.get("/metrics", this::show, Role.ANYONE);
    }

    @Override
    public void close() {
        registry.close();
    }

    private void show(Context call) {
        retention.refresh();
        backlog = outbox.get().orElse(UNKNOWN);
        call.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
    }

    private static double active(Server jetty) {
        return jetty.getDescendants(StatisticsHandler.class).stream()
                .mapToInt(StatisticsHandler::getRequestsActive)
                .sum();
    }

    private static double known(long depth) {
        return depth < 0 ? Double.NaN : depth;
    }

    /** The path as it was added, of which there are so many; of a path that nobody added, none. */
    static String route(Context call) {
        var endpoint = call.endpoints().matchedHttpEndpoint();
        return endpoint == null ? "none" : endpoint.path;
    }

    /** Callers can make methods up. */
    static String method(Context call) {
        String method = call.method().name();
        return METHODS.contains(method) ? method : "other";
    }
}
