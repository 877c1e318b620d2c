package dev.inferencestore.api.usage;

import dev.inferencestore.storage.usage.Quotas;
import dev.inferencestore.storage.usage.UsageSampler;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees each minute whether the hour's sample is there and a quota is to be looked at. */
public final class UsageSampling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsageSampling.class);

    private final UsageSampler sampler;
    private final Quotas quotas;
    private final Clock clock;
    private final ScheduledExecutorService thread;

    private UsageSampling(UsageSampler sampler, Quotas quotas, Clock clock) {
        this.sampler = sampler;
        this.quotas = quotas;
        this.clock = clock;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "usage-sampling");
            named.setDaemon(true);
            return named;
        });
    }

    public static UsageSampling start(UsageSampler sampler, Quotas quotas, Clock clock) {
        UsageSampling sampling = new UsageSampling(sampler, quotas, clock);
        var unused = sampling.thread.scheduleWithFixedDelay(sampling::look, 0, 60, TimeUnit.SECONDS);
        return sampling;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void look() {
        try {
            if (sampler.sample(clock.instant())) {
                LOG.debug("what is used was sampled");
            }
            quotas.check(clock.instant());
        } catch (RuntimeException failure) {
            LOG.warn("what is used cannot be sampled; tried again in a minute: {}", failure.toString());
        }
    }
}
