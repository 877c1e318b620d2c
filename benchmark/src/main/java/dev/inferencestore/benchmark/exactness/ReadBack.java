package dev.inferencestore.benchmark.exactness;

import dev.inferencestore.benchmark.Bucket;
import dev.inferencestore.benchmark.LocalRun;
import dev.inferencestore.benchmark.Report;
import dev.inferencestore.storage.segment.ObjectStore;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Runs a row check over all rows, on several threads, with no more rows in memory than the threads need. */
final class ReadBack {
    private ReadBack() {}

    static RowCheck all(
            LocalRun store,
            Connection connection,
            Traffic traffic,
            Map<String, Long> sizes,
            Map<String, Long> entries,
            int threads,
            Report report)
            throws Exception {
        Findings findings = new Findings();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (ObjectStore objects = Bucket.open(store, threads)) {
            RowCheck check = new RowCheck(traffic, objects, sizes, entries, findings);
            Semaphore room = new Semaphore(2 * threads);
            List<Future<?>> running = new ArrayList<>();
            StoredRow.forEachObject(connection, rows -> {
                room.acquire();
                running.add(pool.submit(() -> {
                    try {
                        check.check(rows);
                    } finally {
                        room.release();
                    }
                }));
            });
            for (Future<?> one : running) {
                one.get();
            }
            findings.report(report);
            return check;
        } finally {
            pool.shutdownNow();
        }
    }
}
