package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.outbox.OutboxTable;

/** Retention events (CloudEvents in structured mode) that wait for their relay, those of a model in their order. */
public final class RetentionOutbox {
    public static final OutboxTable TABLE =
            OutboxTable.of("retention_outbox", "event_id", "event", RetentionSql.EVENTS_CHANNEL);

    private RetentionOutbox() {}
}
