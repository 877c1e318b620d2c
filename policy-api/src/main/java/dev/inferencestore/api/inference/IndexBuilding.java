package dev.inferencestore.api.inference;

import dev.inferencestore.storage.inference.IndexBuilder;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds metadata indexes on a thread of its own: when one is asked for, and every minute what is left. */
public final class IndexBuilding implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexBuilding.class);
    private static final long EVERY_SECONDS = 60;

    private final IndexBuilder builder;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread named = new Thread(task, "metadata-indexes");
        named.setDaemon(true);
        return named;
    });

    private IndexBuilding(DataSource database) {
        builder = new IndexBuilder(database);
    }

    public static IndexBuilding start(DataSource database) {
        IndexBuilding building = new IndexBuilding(database);
        var unused =
                building.thread.scheduleWithFixedDelay(building::work, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return building;
    }

    /** Has it look now. */
    public void wake() {
        try {
            thread.execute(this::work);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("another process builds what was asked for last", stopping);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void work() {
        try {
            builder.work();
        } catch (RuntimeException failure) {
            LOG.warn("metadata indexes cannot be built now: {}", failure.toString());
        }
    }
}
