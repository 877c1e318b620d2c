package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.outbox.OutboxTable;

/** Retention events (CloudEvents in structured mode) that wait for their relay, those of a model in their order. */
public final class RetentionOutbox {
    public static final OutboxTable TABLE = new OutboxTable(
            RetentionSql.LISTEN_EVENTS,
            RetentionSql.TRY_EVENTS_LOCK,
            RetentionSql.NEXT_EVENTS,
            RetentionSql.CLEAR_EVENTS,
            RetentionSql.EVENTS_BACKLOG);

    private RetentionOutbox() {}
}
