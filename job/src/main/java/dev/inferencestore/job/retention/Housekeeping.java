package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.DefaultPolicies;
import dev.inferencestore.storage.retention.OrphanSweep;
import dev.inferencestore.storage.retention.Planner;
import dev.inferencestore.storage.retention.SweepSummary;
import dev.inferencestore.storage.schema.Partitions;
import dev.inferencestore.storage.segment.ObjectStore;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has no hurry, on threads of its own in one subtask: once a minute models take the default policy of their project
 * that a change has not reached, old tasks are forgotten and how late removal is is measured; objects that no
 * row names are swept and old empty partitions dropped soon after the start, so that a job which is often restarted does
 * it too, and then every interval. A failure is logged and the next round tries again; should two subtasks do it at once,
 * nothing is lost.
 */
public final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final long STOP_SECONDS = 5;
    private static final long MEASURE_SECONDS = 60;

    /**
     * What is swept and when.
     *
     * @param prefix of all object keys
     * @param age how long an object that no row names must have been there
     * @param keepTasks how long ended tasks can be read
     * @param keepReceipts the same for erasures, with their receipts
     */
    public record Limits(String prefix, Duration interval, Duration age, Duration keepTasks, Duration keepReceipts)
            implements Serializable {}

    private final DataSource database;
    private final ObjectStore objects;
    private final Limits limits;
    private final Planner planner;
    private final Lateness lateness;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2, Housekeeping::daemon);

    Housekeeping(DataSource database, ObjectStore objects, Planner planner, Lateness lateness, Limits limits) {
        this.database = database;
        this.objects = objects;
        this.planner = planner;
        this.lateness = lateness;
        this.limits = limits;
    }

    void start() {
        var unusedLateness = threads.scheduleWithFixedDelay(this::look, 0, MEASURE_SECONDS, TimeUnit.SECONDS);
        Duration first = limits.interval().compareTo(FIRST) < 0 ? limits.interval() : FIRST;
        var unusedSweeps = threads.scheduleWithFixedDelay(
                this::clean, first.toMillis(), limits.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("a sweep is cut short; the next one goes on");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        objects.close();
    }

    private void look() {
        reconcileDefaults();
        try {
            planner.forget(limits.keepTasks(), limits.keepReceipts());
        } catch (RuntimeException failed) {
            LOG.warn("old tasks stay until the next round: {}", failed.getMessage());
        }
        lateness.measure();
    }

    private void reconcileDefaults() {
        try {
            int reached = new DefaultPolicies(database).reconcile();
            if (reached > 0) {
                LOG.info("{} models took their project's default policy, which a change had not reached", reached);
            }
        } catch (RuntimeException failed) {
            LOG.warn("some models have not taken their project's default policy: {}", failed.getMessage());
            LOG.debug("reconciling defaults failed", failed);
        }
    }

    private void clean() {
        sweep();
        dropPartitions();
    }

    private void sweep() {
        try (Handle handle = Jdbi.open(database)) {
            SweepSummary done =
                    new OrphanSweep(handle, objects, limits.prefix(), limits.age()).sweep(threads::isShutdown);
            LOG.info("swept objects that no row names: {}", done);
        } catch (RuntimeException failed) {
            LOG.warn("objects that no row names stay until the next sweep: {}", failed.getMessage());
            LOG.debug("the sweep failed", failed);
        }
    }

    private void dropPartitions() {
        try (Connection connection = database.getConnection()) {
            int dropped = new Partitions().dropEmpty(connection);
            LOG.debug("dropped {} old empty partitions", dropped);
        } catch (SQLException failed) {
            LOG.warn("old empty partitions stay until the next round: {}", failed.getMessage());
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "retention-housekeeping");
        thread.setDaemon(true);
        return thread;
    }
}
