package dev.inferencestore.job.retention;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Models that were woken and not yet asked about, each once: as many as there are models at the most. */
final class Woken {
    private final Semaphore came = new Semaphore(0);
    private Set<String> evaluate = new HashSet<>();
    private Set<String> visit = new HashSet<>();

    /** What came since the last look. */
    record Batch(List<String> evaluate, List<String> visit) {}

    void add(Wake wake) {
        synchronized (this) {
            evaluate.add(wake.modelId());
            if (wake.visit()) {
                visit.add(wake.modelId());
            }
        }
        came.release();
    }

    /** Gives back what could not be asked. */
    synchronized void again(Batch batch) {
        evaluate.addAll(batch.evaluate());
        visit.addAll(batch.visit());
    }

    /** Takes all there is: as soon as there is something, or after some time. */
    Batch await(long millis) throws InterruptedException {
        if (came.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            came.drainPermits();
        }
        synchronized (this) {
            Batch batch = new Batch(new ArrayList<>(evaluate), new ArrayList<>(visit));
            evaluate = new HashSet<>();
            visit = new HashSet<>();
            return batch;
        }
    }
}
