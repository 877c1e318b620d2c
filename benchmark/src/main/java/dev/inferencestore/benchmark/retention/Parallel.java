package dev.inferencestore.benchmark.retention;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Works through numbers with some threads; the first failure ends it. */
final class Parallel {
    private Parallel() {}

    /** Work on one number; each thread has a slot of its own. */
    interface Work {
        void on(int number, int slot) throws Exception;
    }

    static void each(int numbers, int threads, Work work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int slot = thread;
                all.add(executor.submit(() -> {
                    for (int number = next.getAndIncrement(); number < numbers; number = next.getAndIncrement()) {
                        work.on(number, slot);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("failed: " + failed.getCause(), failed);
        } finally {
            executor.shutdownNow();
        }
    }
}
