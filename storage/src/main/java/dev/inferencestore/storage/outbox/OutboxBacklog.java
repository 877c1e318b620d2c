package dev.inferencestore.storage.outbox;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * How far publishing is behind.
 *
 * @param oldestSeconds age of the oldest entry; 0 where there is none
 */
public record OutboxBacklog(long depth, double oldestSeconds) {
    public static OutboxBacklog read(DataSource database, OutboxTable table) {
        return Jdbi.create(database).withHandle(handle -> handle.createQuery(table.backlog())
                .map((row, context) -> new OutboxBacklog(row.getLong("depth"), row.getDouble("oldest_seconds")))
                .one());
    }
}
