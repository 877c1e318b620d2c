package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.retention.Task;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a visit tries again what fails, and with which pauses. Each slice that is removed and each task that ends begins
 * it anew: a run of hours that meets one failure has only begun to try. For one thread at a time.
 */
final class Patience implements RunListener {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Duration length;
    private final LongSupplier nanos;
    private final RunListener next;
    private long since;
    private Duration pause = FIRST_PAUSE;

    /**
     * Begins.
     *
     * @param nanos a clock that never jumps, as {@link System#nanoTime}
     * @param next hears everything too
     */
    Patience(Duration length, LongSupplier nanos, RunListener next) {
        this.length = length;
        this.nanos = nanos;
        this.next = next;
        since = nanos.getAsLong();
    }

    boolean isOver() {
        return nanos.getAsLong() - since > length.toNanos();
    }

    Duration nextPause() {
        Duration now = pause;
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        return now;
    }

    @Override
    public void passed(Step step, String modelId) {
        next.passed(step, modelId);
    }

    @Override
    public void removed(Removed removed) {
        beginAnew();
        next.removed(removed);
    }

    @Override
    public void scrubbed() {
        beginAnew();
        next.scrubbed();
    }

    @Override
    public void ended(Task task) {
        beginAnew();
        next.ended(task);
    }

    private void beginAnew() {
        since = nanos.getAsLong();
        pause = FIRST_PAUSE;
    }
}
