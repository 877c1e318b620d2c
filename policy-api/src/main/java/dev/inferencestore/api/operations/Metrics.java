package dev.inferencestore.api.operations;

import dev.inferencestore.api.relay.Relay;
import dev.inferencestore.storage.registration.OutboxBacklog;
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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Figures for Prometheus. Nothing is labelled by model: those figures come from the API. */
public final class Metrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);
    private static final Duration[] BOUNDS = {
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60)
    };
    private static final OutboxBacklog UNKNOWN = new OutboxBacklog(-1, Double.NaN);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final DataSource database;
    private volatile OutboxBacklog backlog = UNKNOWN;

    /** Figures of this process, its relay (null where it runs none), and the outbox in the database. */
    public Metrics(DataSource database, @Nullable Relay relay) {
        this.database = database;
        new JvmMemoryMetrics().bindTo(registry);
        Gauge.builder("inference_store.control_outbox.depth", () -> known(backlog.depth()))
                .description("Control records that are committed and not yet known to be published")
                .register(registry);
        Gauge.builder("inference_store.relay.lag", () -> backlog.oldestSeconds())
                .description("Age of the oldest control record in the outbox")
                .baseUnit("seconds")
                .register(registry);
        if (relay != null) {
            FunctionCounter.builder("inference_store.relay.published", relay, Relay::published)
                    .description("Control records that this relay has published")
                    .register(registry);
        }
    }

    /** For others of this process to add to. */
    public MeterRegistry registry() {
        return registry;
    }

    public void addTo(JavalinConfig server) {
        server.requestLogger.http((call, millis) -> Timer.builder("http.server.requests")
                .description("Calls by route")
                .tag("method", call.method().name())
                .tag("route", route(call))
                .tag("status", Integer.toString(call.statusCode()))
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(Duration.ofNanos((long) (millis * 1_000_000.0))));
        server.routes.get("/metrics", this::show);
    }

    @Override
    public void close() {
        registry.close();
    }

    private void show(Context call) {
        try {
            backlog = OutboxBacklog.read(database);
        } catch (RuntimeException failure) {
            LOG.warn("the outbox cannot be measured: {}", failure.toString());
            backlog = UNKNOWN;
        }
        call.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
    }

    private static double known(long depth) {
        return depth < 0 ? Double.NaN : depth;
    }

    private static String route(Context call) {
        var endpoint = call.endpoints().matchedHttpEndpoint();
        return endpoint == null ? "none" : endpoint.path;
    }
}
