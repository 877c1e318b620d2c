package dev.inferencestore.job.retention;

import com.zaxxer.hikari.HikariDataSource;
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
import javax.sql.DataSource;
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
        // One for who asks what is due, one for housekeeping.
        HikariDataSource connections = database.pool(limits.threads() + 2);
        Planner planner = new Planner(connections, limits.runs().grace());
        Visits visits = new Visits(
                connections,
                new Leases(owner, limits.lease()),
                objects.open(limits.threads()),
                new ClockWatch(clock, System::nanoTime),
                limits.runs(),
                limits.patience(),
                metrics,
                stop);
        int subtask = context.getTaskInfo().getIndexOfThisSubtask();
        Runner.Share share =
                new Runner.Share(subtask, context.getTaskInfo().getNumberOfParallelSubtasks(), limits.threads());
        Runner runner = new Runner(planner, visits, share, clock, stop);
        Housekeeping housekeeping = subtask == 0 ? housekeeping(context, connections, planner) : null;
        return new RunRetentionWriter(runner, housekeeping, connections);
    }

    private Housekeeping housekeeping(WriterInitContext context, DataSource connections, Planner planner) {
        Lateness lateness = new Lateness(planner, clock);
        context.metricGroup().gauge("secondsPastCutoff", lateness::seconds);
        return new Housekeeping(connections, objects.open(1), planner, lateness, limits.housekeeping());
    }
}
