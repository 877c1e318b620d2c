package dev.inferencestore.storage.registration;

import dev.inferencestore.storage.outbox.OutboxTable;

/** Control records that wait for their relay, in the order of their versions. */
public final class ControlOutbox {
    public static final OutboxTable TABLE =
            OutboxTable.of("control_outbox", "control_version", "record", RegistrationSql.CHANNEL);

    private ControlOutbox() {}
}
