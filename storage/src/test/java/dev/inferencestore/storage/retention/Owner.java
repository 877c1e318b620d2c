package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.storage.segment.ObjectStore;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** A process that works on one model: dies by being closed, which gives no lease back. */
final class Owner implements AutoCloseable {
    private final Leases leases = new Leases(UUID.randomUUID().toString(), Duration.ofMinutes(10));
    private final Leases.Lease lease;
    private final ModelVisit visit;
    final Handle handle;

    /** Takes the model; fails where somebody works on it. */
    Owner(RetentionStore store, String model, ObjectStore objects, RunListener listener) {
        handle = store.jdbi.open();
        lease = leases.take(handle, model).orElseThrow();
        ClockWatch watch = new ClockWatch(store.clock, System::nanoTime);
        visit = new ModelVisit(handle, leases, lease, objects, watch, store.settings, listener);
    }

    Owner(RetentionStore store, String model, RunListener listener) {
        this(store, model, store.objects, listener);
    }

    void work() {
        visit.work();
    }

    void giveUp(String why) {
        visit.giveUp(why);
    }

    void release() {
        leases.release(handle, lease);
    }

    @Override
    public void close() {
        handle.close();
    }
}
