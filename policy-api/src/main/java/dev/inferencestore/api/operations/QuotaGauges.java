package dev.inferencestore.api.operations;

import dev.inferencestore.storage.usage.Quotas;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToLongFunction;

/** How many projects use much of their quota; NaN while it cannot be read. */
final class QuotaGauges {
    private final Cached<Quotas.Figures> cached;

    QuotaGauges(Cached<Quotas.Figures> cached) {
        this.cached = cached;
    }

    void bindTo(MeterRegistry registry) {
        gauge(registry, "near", Quotas.Figures::near);
        gauge(registry, "over", Quotas.Figures::over);
    }

    private void gauge(MeterRegistry registry, String level, ToLongFunction<Quotas.Figures> figure) {
        Gauge.builder("inference_store.quota.projects", cached, figures -> figures.get()
                        .map(read -> (double) figure.applyAsLong(read))
                        .orElse(Double.NaN))
                .description("Projects that use 80 percent of a quota, or all of it")
                .tag("level", level)
                .strongReference(true)
                .register(registry);
    }
}
