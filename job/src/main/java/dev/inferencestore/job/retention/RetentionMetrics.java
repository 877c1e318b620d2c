package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.retention.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/** Figures of runs. Those of one run are in its task. */
final class RetentionMetrics implements RunListener {
    private static final int HISTORY = 1000;

    private final Counter records;
    private final Counter inputs;
    private final Counter bytes;
    private final Counter objects;
    private final Counter complete;
    private final Counter failed;
    private final Counter cancelled;
    private final Histogram millis = new DescriptiveStatisticsHistogram(HISTORY);
    private final AtomicInteger visits = new AtomicInteger();

    RetentionMetrics(MetricGroup group) {
        records = group.counter("recordsRemoved", new ThreadSafeSimpleCounter());
        inputs = group.counter("inputsRemoved", new ThreadSafeSimpleCounter());
        bytes = group.counter("inputBytesRemoved", new ThreadSafeSimpleCounter());
        objects = group.counter("objectsRemoved", new ThreadSafeSimpleCounter());
        complete = group.counter("tasksComplete", new ThreadSafeSimpleCounter());
        failed = group.counter("tasksFailed", new ThreadSafeSimpleCounter());
        cancelled = group.counter("tasksCancelled", new ThreadSafeSimpleCounter());
        group.histogram("taskMillis", millis);
        group.gauge("modelsWorkedOn", visits::get);
    }

    void began() {
        visits.incrementAndGet();
    }

    void left() {
        visits.decrementAndGet();
    }

    @Override
    public void removed(Removed removed) {
        records.inc(removed.records());
        inputs.inc(removed.blobs());
        bytes.inc(removed.bytes());
        objects.inc(removed.objects());
    }

    @Override
    public void ended(Task task) {
        switch (task.state()) {
            case COMPLETE -> complete.inc();
            case FAILED -> failed.inc();
            default -> cancelled.inc();
        }
        Instant started = task.startedAt();
        Instant finished = task.finishedAt();
        if (started != null && finished != null) {
            synchronized (millis) {
                millis.update(Duration.between(started, finished).toMillis());
            }
        }
    }
}
