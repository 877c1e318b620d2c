package dev.inferencestore.storage.inference;

import dev.inferencestore.storage.refusal.NotFound;
import org.jdbi.v3.core.Handle;

/**
 * How much of a model may be seen at this moment.
 *
 * @param floor event time in microseconds below which only what is held is seen
 * @param anyHold whether it has holds in force
 */
record Seen(long floor, boolean anyHold) {
    /** After every event time that can be stored, and before what a timestamp can hold. */
    static final long END = 10_000_000_000_000_000L;

    /**
     * Reads it.
     *
     * @throws NotFound when the model is unknown, or unregistered with nothing held
     */
    static Seen of(Handle handle, String modelId) {
        return handle.createQuery(InferenceSql.SEEN)
                .bind("modelId", modelId)
                .map((row, context) -> row.getBoolean("deleted")
                        ? new Seen(END, row.getBoolean("any_hold"))
                        : new Seen(row.getLong("record_floor"), row.getBoolean("any_hold")))
                .findOne()
                .filter(seen -> seen.floor() < END || seen.anyHold())
                .orElseThrow(() -> NotFound.model(modelId));
    }

    /** Where looking begins: below the floor there is nothing to look for unless something is held. */
    long from(long start) {
        return anyHold ? start : Math.max(start, floor);
    }
}
