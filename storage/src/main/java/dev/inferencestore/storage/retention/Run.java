package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.ClockWatch;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.refusal.NotFound;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * What all work on one model shares: its connection, its lease, and the lock under which it decides.
 *
 * @param ended tasks that the transaction that is open ends; the listener hears of them once it is committed
 */
record Run(
        Handle handle,
        Leases leases,
        Leases.Lease lease,
        ClockWatch clock,
        RunSettings settings,
        RunListener listener,
        List<Task> ended) {

    String modelId() {
        return lease.modelId();
    }

    /**
     * Does something in a transaction under the lock of the model's floors, with the lease renewed.
     *
     * @throws Leases.Lost when the model is another owner's; nothing is done then
     */
    <T> T underFloors(Function<Floors, T> work) {
        ended.clear();
        T done = handle.inTransaction(same -> work.apply(lockFloors()));
        ended.forEach(listener::ended);
        return done;
    }

    /** Takes the lock and renews the lease within a transaction that is open. */
    Floors lockFloors() {
        Floors floors = FloorRows.lock(handle, modelId()).orElseThrow(() -> NotFound.model(modelId()));
        leases.renew(handle, lease);
        return floors;
    }

    /** Renews the lease by itself, before something long. */
    void renew() {
        handle.useTransaction(same -> leases.renew(same, lease));
    }
}
