package dev.inferencestore.job.retention;

import dev.inferencestore.storage.retention.OrphanSweep;
import dev.inferencestore.storage.retention.SweepSummary;
import dev.inferencestore.storage.schema.Partitions;
import dev.inferencestore.storage.segment.ObjectStore;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has no hurry, on a thread of its own in one subtask: objects that no row names are swept, old empty partitions are
 * dropped. Soon after the start, so that a job which is often restarted does it too, then every interval. A failure is
 * logged and the next round tries again; should two subtasks do it at once, nothing is lost.
 */
public final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final long STOP_MILLIS = 5_000;

    /**
     * What is swept and when.
     *
     * @param prefix of all object keys
     * @param age how long an object that no row names must have been there
     */
    public record Limits(String prefix, Duration interval, Duration age) implements Serializable {}

    private final DataSource database;
    private final ObjectStore objects;
    private final Limits limits;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "retention-housekeeping");

    Housekeeping(DataSource database, ObjectStore objects, Limits limits) {
        this.database = database;
        this.objects = objects;
        this.limits = limits;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        objects.close();
    }

    private void run() {
        Duration wait = limits.interval().compareTo(FIRST) < 0 ? limits.interval() : FIRST;
        while (!stopsWithin(wait)) {
            wait = limits.interval();
            sweep();
            dropPartitions();
        }
    }

    private void sweep() {
        try (Handle handle = Jdbi.open(database)) {
            SweepSummary done =
                    new OrphanSweep(handle, objects, limits.prefix(), limits.age()).sweep(() -> stop.getCount() == 0);
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

    private boolean stopsWithin(Duration time) {
        try {
            return stop.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
