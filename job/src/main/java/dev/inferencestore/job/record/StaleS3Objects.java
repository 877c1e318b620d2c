package dev.inferencestore.job.record;

import dev.inferencestore.job.segment.ObjectStores;
import dev.inferencestore.storage.segment.ObjectStore;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes objects whose every entry was stored before, on one thread, and passes some over when it is far behind. */
public final class StaleS3Objects implements StoreRecords.StaleObjects {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(StaleS3Objects.class);
    private static final int QUEUE = 1000;

    private final ObjectStores stores;

    public StaleS3Objects(ObjectStores stores) {
        this.stores = stores;
    }

    @Override
    public Deleter open() {
        return new InBackground(stores.open(1));
    }

    private static final class InBackground implements Deleter {
        private final ObjectStore store;
        private final ExecutorService thread;

        private InBackground(ObjectStore store) {
            this.store = store;
            this.thread = new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(QUEUE),
                    work -> {
                        Thread thread = new Thread(work, "delete-stale-objects");
                        thread.setDaemon(true);
                        return thread;
                    },
                    (work, pool) -> LOG.info("too many stale objects to delete at once; a sweep will find the rest"));
        }

        @Override
        public void delete(List<String> keys) {
            thread.execute(() -> {
                try {
                    store.delete(keys);
                } catch (RuntimeException failed) {
                    LOG.info("{} stale objects stay for the sweep: {}", keys.size(), failed.getMessage());
                }
            });
        }

        @Override
        public void close() {
            thread.shutdown();
            try {
                if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                    LOG.info("stale objects stay for the sweep");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            store.close();
        }
    }
}
