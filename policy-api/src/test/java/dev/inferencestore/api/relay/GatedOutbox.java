package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** An outbox that a test holds before it clears what is published. */
record GatedOutbox(Outbox outbox, Gate beforeDelete) implements Outbox {
    @Override
    public boolean tryLock() throws Exception {
        return outbox.tryLock();
    }

    @Override
    public List<OutboxEntry> next(int limit) throws Exception {
        return outbox.next(limit);
    }

    @Override
    public void delete(List<OutboxEntry> published) throws Exception {
        beforeDelete.pass();
        outbox.delete(published);
    }

    @Override
    public void await(Duration atMost) throws Exception {
        outbox.await(atMost);
    }

    @Override
    public void close() throws SQLException {
        outbox.close();
    }
}
