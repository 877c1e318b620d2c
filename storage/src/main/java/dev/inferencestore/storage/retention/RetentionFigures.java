package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.outbox.OutboxBacklog;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * How retention is doing, over all models.
 *
 * @param oldestPendingSeconds how long the task that waits longest has waited; 0 where none waits
 * @param failedLastDay tasks that failed in the last 24 hours
 * @param outbox events that are committed and not yet known to be published
 */
public record RetentionFigures(
        long pending, long running, double oldestPendingSeconds, long failedLastDay, OutboxBacklog outbox) {

    /** Reads them with statements that indexes answer. */
    public static RetentionFigures read(DataSource database) {
        OutboxBacklog outbox = OutboxBacklog.read(database, RetentionOutbox.TABLE);
        return Jdbi.create(database).withHandle(handle -> handle.createQuery(RetentionSql.FIGURES)
                .map((row, context) -> new RetentionFigures(
                        row.getLong("pending"),
                        row.getLong("running"),
                        row.getDouble("oldest_pending_seconds"),
                        row.getLong("failed_last_day"),
                        outbox))
                .one());
    }
}
