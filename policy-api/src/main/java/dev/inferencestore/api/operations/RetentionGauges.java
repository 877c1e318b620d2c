package dev.inferencestore.api.operations;

import dev.inferencestore.storage.retention.RetentionFigures;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Retention as Prometheus sees it; NaN while it cannot be read. */
final class RetentionGauges {
    private final Cached<RetentionFigures> cached;
    private volatile Optional<RetentionFigures> shown = Optional.empty();

    RetentionGauges(Cached<RetentionFigures> cached) {
        this.cached = cached;
    }

    /** Takes figures for the scrape at hand, all of one moment. */
    void refresh() {
        shown = cached.get();
    }

    void bindTo(MeterRegistry registry) {
        gauge("inference_store.retention.tasks", RetentionFigures::pending)
                .tag("state", "pending")
                .description("Retention tasks that have not ended")
                .register(registry);
        gauge("inference_store.retention.tasks", RetentionFigures::running)
                .tag("state", "running")
                .description("Retention tasks that have not ended")
                .register(registry);
        gauge("inference_store.retention.oldest_pending", RetentionFigures::oldestPendingSeconds)
                .description("How long the task that waits longest has waited")
                .baseUnit("seconds")
                .register(registry);
        gauge("inference_store.retention.failed_last_day", RetentionFigures::failedLastDay)
                .description("Retention tasks that failed in the last 24 hours")
                .register(registry);
        gauge("inference_store.retention_outbox.depth", figures -> figures.outbox()
                        .depth())
                .description("Retention events that are committed and not yet known to be published")
                .register(registry);
        gauge("inference_store.relay.lag", figures -> figures.outbox().oldestSeconds())
                .tag("relay", "retention_events")
                .description("Age of the oldest message in the outbox")
                .baseUnit("seconds")
                .register(registry);
    }

    private Gauge.Builder<?> gauge(String name, ToDoubleFunction<RetentionFigures> figure) {
        return Gauge.builder(
                name, this, gauges -> gauges.shown.map(figure::applyAsDouble).orElse(Double.NaN));
    }
}
