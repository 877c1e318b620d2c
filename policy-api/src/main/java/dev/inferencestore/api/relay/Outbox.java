package dev.inferencestore.api.relay;

import dev.inferencestore.storage.outbox.OutboxEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What the relay publishes from. Every call fails once its session is lost. */
interface Outbox extends AutoCloseable {
    /** Tries to become the one relay. */
    boolean tryLock() throws Exception;

    /** The oldest entries, in the order in which they were committed. */
    List<OutboxEntry> next(int limit) throws Exception;

    /** Forgets entries that are published. */
    void delete(List<OutboxEntry> published) throws Exception;

    /** Waits until there may be more, at most this long. */
    void await(Duration atMost) throws Exception;

    @Override
    void close() throws SQLException;
}
