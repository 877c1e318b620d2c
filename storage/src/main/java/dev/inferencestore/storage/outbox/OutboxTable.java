package dev.inferencestore.storage.outbox;

/**
 * The statements over one outbox.
 *
 * @param listen begins to notice, in this session, that something is committed
 * @param tryLock tries to become the one relay: true or false; the lock ends with the session
 * @param next id, model and message of the oldest entries in their order, at most as many as its parameter says
 * @param clear forgets the entries whose ids are its parameter
 * @param backlog {@code depth} and {@code oldest_seconds} of what waits
 */
public record OutboxTable(String listen, String tryLock, String next, String clear, String backlog) {

    /**
     * The statements over a table.
     *
     * @param table whose relay is one, by a lock of this name
     * @param id its column that says the order
     * @param message its column that is published
     * @param channel on which a commit wakes the relay
     */
    public static OutboxTable of(String table, String id, String message, String channel) {
        return new OutboxTable(
                "LISTEN " + channel,
                "SELECT pg_try_advisory_lock(hashtextextended('inference_store." + table + "', 0))",
                "SELECT " + id + ", model_id, " + message + " FROM " + table + " ORDER BY " + id + " LIMIT ?",
                "DELETE FROM " + table + " WHERE " + id + " = ANY(?)",
                """
                SELECT count(*) AS depth,
                       coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS oldest_seconds
                FROM %s
                """.formatted(table));
    }
}
