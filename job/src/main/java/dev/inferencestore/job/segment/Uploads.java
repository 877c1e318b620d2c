package dev.inferencestore.job.segment;

import dev.inferencestore.storage.segment.ObjectStore;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of one subtask: several at once, bounded in bytes. What follows an upload runs on the task thread; a failed
 * one fails the task there. Only the task thread calls this.
 */
final class Uploads implements AutoCloseable {
    private static final int HISTORY = 1000;

    private final ObjectStore store;
    private final MailboxExecutor mailbox;
    private final long mostBytes;
    private final ExecutorService threads;
    private final Histogram millis = new DescriptiveStatisticsHistogram(HISTORY);
    private final Counter objects;
    private final Counter written;
    private long bytes;
    private int running;

    Uploads(ObjectStore store, MailboxExecutor mailbox, int most, long mostBytes, MetricGroup metrics) {
        this.store = store;
        this.mailbox = mailbox;
        this.mostBytes = mostBytes;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(most, work -> {
            Thread thread = new Thread(work, "upload-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        metrics.histogram("uploadMillis", millis);
        metrics.gauge("uploadsRunning", () -> running);
        metrics.gauge("uploadingBytes", () -> bytes);
        objects = metrics.counter("objects");
        written = metrics.counter("objectBytes");
    }

    /**
     * Uploads a segment, waiting first while too many bytes are on their way; then runs what follows.
     *
     * @param size bytes that are held in memory until then
     */
    void start(OpenSegment segment, long size, ThrowingRunnable<Exception> then) throws InterruptedException {
        while (running > 0 && bytes + size > mostBytes) {
            mailbox.yield();
        }
        running++;
        bytes += size;
        long began = System.nanoTime();
        threads.execute(() -> {
            Throwable failure = put(segment);
            mailbox.execute(
                    () -> {
                        running--;
                        bytes -= size;
                        if (failure != null) {
                            throw new IOException("could not upload a segment: " + failure.getMessage(), failure);
                        }
                        objects.inc();
                        written.inc(segment.tar().objectLength());
                        millis.update((System.nanoTime() - began) / 1_000_000);
                        then.run();
                    },
                    "segment uploaded");
        });
    }

    /** Waits for one upload to end, or for other work that is due. */
    void awaitAny() throws InterruptedException {
        mailbox.yield();
    }

    boolean anyRunning() {
        return running > 0;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        store.close();
    }

    /** Whatever goes wrong, an error of the JVM too, must reach the task thread: it waits for the end of each upload. */
    private @Nullable Throwable put(OpenSegment segment) {
        try {
            store.put(segment.objectKey(), segment.tar());
            return null;
        } catch (Throwable failed) {
            return failed;
        }
    }
}
