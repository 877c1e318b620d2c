package dev.inferencestore.job.record;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.job.route.Totals;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import java.io.IOException;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Progress progress;
    private final int firstSlot;

    /**
     * Makes the sink.
     *
     * @param firstSlot of its writers; another job's begin elsewhere, so that they do not wait for each other's counters
     */
    public StoreRecords(Database database, StaleObjects staleObjects, Limits limits, Progress progress, int firstSlot) {
        this.database = database;
        this.staleObjects = staleObjects;
        this.limits = limits;
        this.progress = progress;
        this.firstSlot = firstSlot;
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
    public SinkWriter<StoredBatch> createWriter(WriterInitContext context) throws IOException {
        return restoreWriter(context, List.of());
    }

    @Override
    public StatefulSinkWriter<StoredBatch, Total> restoreWriter(WriterInitContext context, Collection<Total> recovered)
            throws IOException {
        int subtask = context.getTaskInfo().getIndexOfThisSubtask();
        Totals totals = new Totals();
        recovered.forEach(total -> totals.add(total.name(), total.count()));
        if (recovered.isEmpty() && context.getRestoredCheckpointId().isPresent()) {
            earlier(subtask).forEach(totals::add);
        }
        return new StoreRecordsWriter(
                context,
                database.connections(),
                staleObjects.open(),
                limits,
                progress,
                new RecordWriter(firstSlot + subtask),
                totals);
    }

    private Map<String, Long> earlier(int subtask) throws IOException {
        try {
            return progress.ofFinished(Beat.STORE, subtask);
        } catch (SQLException failed) {
            throw new IOException("could not read what was counted before: " + failed.getMessage(), failed);
        }
    }

    @Override
    public SimpleVersionedSerializer<Total> getWriterStateSerializer() {
        return new StoreTotalsSerializer();
    }
}
