package dev.inferencestore.job.retention;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.storage.retention.Leases;
import dev.inferencestore.storage.retention.ModelVisit;
import dev.inferencestore.storage.retention.RunListener;
import dev.inferencestore.storage.retention.RunSettings;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on models, each under its lease. What fails and may pass is tried again with growing pauses, in which the thread is
 * free for other models, until the patience is over; then, and at once for what will not pass, the task ends as failed with the reason. A database that
 * is away cannot be told so: the task stays as it is and is gone on with when the database is back.
 */
final class Visits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Visits.class);

    private final Jdbi jdbi;
    private final Leases leases;
    private final ObjectStore objects;
    private final ClockWatch clock;
    private final RunSettings settings;
    private final Duration patience;
    private final RetentionMetrics metrics;
    private final CountDownLatch stop;

    Visits(
            DataSource database,
            Leases leases,
            ObjectStore objects,
            ClockWatch clock,
            RunSettings settings,
            Duration patience,
            RetentionMetrics metrics,
            CountDownLatch stop) {
        this.jdbi = Jdbi.create(database);
        this.leases = leases;
        this.objects = objects;
        this.clock = clock;
        this.settings = settings;
        this.patience = patience;
        this.metrics = metrics;
        this.stop = stop;
    }

    /** A visit to a model, over all its attempts. */
    final class Visit {
        private final String modelId;
        private final Patience left = new Patience(patience, System::nanoTime, metrics);
        private Leases.@Nullable Lease lease;

        private Visit(String modelId) {
            this.modelId = modelId;
        }
    }

    Visit visit(String modelId) {
        return new Visit(modelId);
    }

    /**
     * Does all the retention work that the model has, unless another owner is at it. Never throws.
     *
     * @return after which pause to attempt it again, with the lease kept meanwhile; empty when the visit is over
     */
    Optional<Duration> attempt(Visit visit) {
        metrics.began();
        try {
            return work(visit);
        } catch (Leases.Lost lost) {
            LOG.info("{}; it goes on where this one stood", lost.getMessage());
        } catch (RuntimeException failed) {
            LOG.warn("model '{}' is worked on again later: {}", visit.modelId, failed.getMessage());
            LOG.debug("a visit failed", failed);
        } finally {
            metrics.left();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        objects.close();
    }

    private Optional<Duration> work(Visit visit) {
        Leases.Lease lease = visit.lease;
        if (lease == null) {
            lease = jdbi.withHandle(handle -> leases.take(handle, visit.modelId))
                    .orElse(null);
            visit.lease = lease;
        }
        if (lease == null) {
            return Optional.empty();
        }
        Leases.Lease held = lease;
        try (Handle handle = jdbi.open()) {
            visit(handle, held, visit.left).work();
        } catch (Leases.Lost lost) {
            throw lost;
        } catch (RuntimeException failed) {
            boolean late = visit.left.isOver();
            if (stop.getCount() > 0 && !late && passes(failed)) {
                LOG.warn("retention of model '{}' is tried again: {}", visit.modelId, failed.getMessage());
                return Optional.of(visit.left.nextPause());
            }
            if (stop.getCount() > 0) {
                giveUp(held, reason(failed, late), failed);
            }
        }
        jdbi.useHandle(handle -> leases.release(handle, held));
        return Optional.empty();
    }

    private void giveUp(Leases.Lease lease, String why, RuntimeException failed) {
        LOG.error("retention of model '{}' is given up: {}", lease.modelId(), why, failed);
        try (Handle handle = jdbi.open()) {
            visit(handle, lease, metrics).giveUp(why);
        }
    }

    private ModelVisit visit(Handle handle, Leases.Lease lease, RunListener listener) {
        return new ModelVisit(handle, leases, lease, objects, clock, settings, listener);
    }

    private String reason(RuntimeException failed, boolean late) {
        String what;
        if (failed instanceof ObjectStoreException) {
            what = "object store: " + failed.getMessage();
        } else if (sql(failed).isPresent()) {
            what = "database: " + sql(failed).get().getMessage();
        } else {
            what = "internal error: " + failed;
        }
        return late ? what + " (tried for " + patience.toSeconds() + " s)" : what;
    }

    private static boolean passes(RuntimeException failed) {
        return failed instanceof ObjectStoreException store
                ? store.passing()
                : sql(failed).map(Visits::passes).orElse(false);
    }

    /** Connection lost, deadlock, no room, shutting down, a lock or a statement that took too long. */
    private static boolean passes(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.equals("55P03");
    }

    private static Optional<SQLException> sql(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return Optional.of(sql);
            }
        }
        return Optional.empty();
    }
}
