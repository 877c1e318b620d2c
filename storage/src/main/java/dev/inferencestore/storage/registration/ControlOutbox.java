package dev.inferencestore.storage.registration;

import dev.inferencestore.storage.outbox.OutboxTable;

/** Control records that wait for their relay, in the order of their versions. */
public final class ControlOutbox {
    public static final OutboxTable TABLE = new OutboxTable(
            RegistrationSql.LISTEN,
            RegistrationSql.TRY_RELAY_LOCK,
            RegistrationSql.NEXT_IN_OUTBOX,
            RegistrationSql.CLEAR_OUTBOX,
            RegistrationSql.OUTBOX_BACKLOG);

    private ControlOutbox() {}
}
