package dev.inferencestore.job.retention;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.segment.ObjectStores;
import dev.inferencestore.storage.retention.Leases;
import dev.inferencestore.storage.retention.Planner;
import dev.inferencestore.storage.retention.RunSettings;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Runs retention on threads of its own, so that the task thread never waits for it. No state: what is to be done is in
 * PostgreSQL, and a wake that is lost is made up for by the next round of the reconcile source.
 */
public final class RunRetention implements Sink<Wake> {
    private static final long serialVersionUID = 1L;

    private final Database database;
    private final ObjectStores objects;
    private final Limits limits;
    private final Clock clock;

    /**
     * Makes the sink.
     *
     * @param clock must be serializable
     */
    public RunRetention(Database database, ObjectStores objects, Limits limits, Clock clock) {
        this.database = database;
        this.objects = objects;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * How it works.
     *
     * @param threads how many models a subtask works on at once
     * @param lease how long a model stays with a subtask that is not heard of
     * @param patience how long what may pass is tried again before a task is given up
     */
    public record Limits(
            int threads, Duration lease, Duration patience, RunSettings runs, Housekeeping.Limits housekeeping)
            implements Serializable {}

    @Override
    public SinkWriter<Wake> createWriter(WriterInitContext context) {
        String owner = context.getJobInfo().getJobId() + "/"
                + context.getTaskInfo().getIndexOfThisSubtask() + "/" + UUID.randomUUID();
        RetentionMetrics metrics = new RetentionMetrics(context.metricGroup());
        CountDownLatch stop = new CountDownLatch(1);
        Visits visits = new Visits(
                database.dataSource(),
                new Leases(owner, limits.lease()),
                objects.open(limits.threads()),
                new ClockWatch(clock, System::nanoTime),
                limits.runs(),
                limits.patience(),
                metrics,
                stop);
        Runner runner = new Runner(new Planner(database.dataSource()), visits, limits.threads(), clock, stop);
        Housekeeping housekeeping = context.getTaskInfo().getIndexOfThisSubtask() == 0
                ? new Housekeeping(database.dataSource(), objects.open(1), limits.housekeeping())
                : null;
        return new RunRetentionWriter(runner, housekeeping);
    }
}
