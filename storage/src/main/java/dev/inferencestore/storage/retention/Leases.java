package dev.inferencestore.storage.retention;

import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Who works on a model, decided by the database. An owner keeps a model by renewing in each of its transactions; one
 * that was cut off finds in its next that another has taken over, and stops. What it does in between was claimed before.
 */
public final class Leases {
    private final String owner;
    private final Duration length;

    /**
     * Leases of one owner.
     *
     * @param owner a name that no other process or attempt has
     * @param length how long a model stays with an owner that is not heard of
     */
    public Leases(String owner, Duration length) {
        this.owner = owner;
        this.length = length;
    }

    /** A model that this owner works on. */
    public record Lease(String modelId, long epoch) {}

    /** Thrown in a transaction whose model is another owner's by now; all of it is rolled back. */
    public static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Lost(String modelId) {
            super("another owner works on model '" + modelId + "'");
        }
    }

    /** Takes a model, unless somebody works on it. */
    public Optional<Lease> take(Handle handle, String modelId) {
        return handle.createQuery(RemovalSql.TAKE_LEASE)
                .bind("modelId", modelId)
                .bind("owner", owner)
                .bind("millis", length.toMillis())
                .mapTo(Long.class)
                .findOne()
                .map(epoch -> new Lease(modelId, epoch));
    }

    /**
     * Renews a lease, in the transaction that relies on it.
     *
     * @throws Lost when it is another owner's
     */
    void renew(Handle handle, Lease lease) {
        int renewed = handle.createUpdate(RemovalSql.RENEW_LEASE)
                .bind("modelId", lease.modelId())
                .bind("owner", owner)
                .bind("epoch", lease.epoch())
                .bind("millis", length.toMillis())
                .execute();
        if (renewed == 0) {
            throw new Lost(lease.modelId());
        }
    }

    /** Gives a model back. */
    public void release(Handle handle, Lease lease) {
        handle.createUpdate(RemovalSql.RELEASE_LEASE)
                .bind("modelId", lease.modelId())
                .bind("owner", owner)
                .bind("epoch", lease.epoch())
                .execute();
    }
}
