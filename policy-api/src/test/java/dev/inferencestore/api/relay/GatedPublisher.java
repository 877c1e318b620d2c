package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.util.List;

/** A publisher that a test holds before it publishes what was read. */
record GatedPublisher(Publisher publisher, Gate beforePublish) implements Publisher {
    @Override
    public void publish(List<OutboxEntry> entries) throws Exception {
        beforePublish.pass();
        publisher.publish(entries);
    }

    @Override
    public void close() {
        publisher.close();
    }
}
