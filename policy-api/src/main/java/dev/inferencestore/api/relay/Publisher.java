package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.util.List;

/** Where the relay publishes to. Opening one fences those opened before: none of them publishes any more. */
interface Publisher extends AutoCloseable {
    /** Publishes all entries in their order, or none; returns when consumers can see them. */
    void publish(List<OutboxEntry> entries) throws Exception;

    @Override
    void close();
}
