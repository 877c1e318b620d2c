package dev.inferencestore.job.replay.send;

import com.zaxxer.hikari.HikariDataSource;
import dev.inferencestore.domain.options.Settings;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.inference.StoredRows;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.S3ObjectStore;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** What reading rows and their bytes takes: connections, and threads on which bytes are read. */
record RowsAccess(HikariDataSource database, StoredRows rows, ObjectStore objects, ExecutorService threads)
        implements AutoCloseable {
    private static final int AT_ONCE = 4;

    static RowsAccess open(Settings settings) {
        HikariDataSource database = Database.of(settings).pool(2);
        AtomicInteger number = new AtomicInteger();
        return new RowsAccess(
                database,
                new StoredRows(database),
                S3ObjectStore.connect(settings, AT_ONCE),
                Executors.newFixedThreadPool(AT_ONCE, work -> {
                    Thread thread = new Thread(work, "read-stored-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                }));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        objects.close();
        database.close();
    }
}
