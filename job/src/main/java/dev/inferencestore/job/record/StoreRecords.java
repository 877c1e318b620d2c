package dev.inferencestore.job.record;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.storage.record.StoredBatch;
import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Stores rows in PostgreSQL. State: totals by outcome; rows are never state, they are flushed before every barrier.
 *
 * <p>Our own writer, since the stock JDBC sink can neither check floors under a lock nor count what was refused.
 */
public final class StoreRecords implements Sink<StoredBatch>, SupportsWriterState<StoredBatch, Total> {
    private static final long serialVersionUID = 1L;

    private final Database database;
    private final StaleObjects staleObjects;
    private final Limits limits;

    public StoreRecords(Database database, StaleObjects staleObjects, Limits limits) {
        this.database = database;
        this.staleObjects = staleObjects;
        this.limits = limits;
    }

    /** When a transaction is due, whichever comes first. */
    public record Limits(int rows, long bytes, long ageMillis) implements Serializable {}

    /** Deletes objects that no row names: a saving only, since a sweep finds them too. */
    public interface StaleObjects extends Serializable {
        /** Opens it in a task. */
        Deleter open();

        /** Deletes in the background; failures are logged. */
        interface Deleter extends AutoCloseable {
            void delete(List<String> keys);

            @Override
            void close();
        }
    }

    @Override
    public SinkWriter<StoredBatch> createWriter(WriterInitContext context) {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<StoredBatch, Total> restoreWriter(
            WriterInitContext context, Collection<Total> recovered) {
        return new StoreRecordsWriter(context, database.connections(), staleObjects.open(), limits, recovered);
    }

    @Override
    public SimpleVersionedSerializer<Total> getWriterStateSerializer() {
        return new StoreTotalsSerializer();
    }
}
