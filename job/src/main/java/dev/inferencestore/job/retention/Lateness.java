package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.Planner;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How late removal is, as it was when it was last measured. */
final class Lateness {
    private static final Logger LOG = LoggerFactory.getLogger(Lateness.class);

    private final Planner planner;
    private final Clock clock;
    private volatile double seconds;

    Lateness(Planner planner, Clock clock) {
        this.planner = planner;
        this.clock = clock;
    }

    /** How long the oldest thing that is still there should have been gone; not a number where that is not known. */
    double seconds() {
        return seconds;
    }

    void measure() {
        try {
            Planner.Lateness late = planner.lateness(clock.millis() * 1000);
            seconds = late.secondsPastCutoff();
            LOG.debug("model {} is {} s late", late.modelId(), seconds);
        } catch (RuntimeException failed) {
            seconds = Double.NaN;
            LOG.warn("how late removal is cannot be said: {}", failed.getMessage());
        }
    }
}
