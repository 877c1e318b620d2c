package dev.inferencestore.job.record;

import dev.inferencestore.job.database.Attempts;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.job.route.Totals;
import dev.inferencestore.job.time.Timers;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.record.FlushResult;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.RecordWriter;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.schema.Partitions;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects rows until a transaction is due; see {@link RecordWriter} for what one does. */
final class StoreRecordsWriter implements StatefulSinkWriter<StoredBatch, Total> {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRecordsWriter.class);
    private static final long BEAT_EVERY_MILLIS = 1000;
    private static final int HISTORY = 1000;

    private final WriterInitContext context;
    private final ProcessingTimeService time;
    private final JdbcConnectionProvider connections;
    private final StoreRecords.StaleObjects.Deleter staleObjects;
    private final StoreRecords.Limits limits;
    private final Progress progress;
    private final RecordWriter writer;
    private final Totals totals;
    private final Partitions partitions = new Partitions();
    private final Map<String, Counter> counters = new HashMap<>();
    private final Histogram flushRows = new DescriptiveStatisticsHistogram(HISTORY);
    private final Histogram flushMillis = new DescriptiveStatisticsHistogram(HISTORY);
    private final long startedAt;

    private List<StoredBatch> waiting = new ArrayList<>();
    private int waitingRows;
    private long waitingBytes;
    private long flushedVersion;

    StoreRecordsWriter(
            WriterInitContext context,
            JdbcConnectionProvider connections,
            StoreRecords.StaleObjects.Deleter staleObjects,
            StoreRecords.Limits limits,
            Progress progress,
            RecordWriter writer,
            Totals totals) {
        this.context = context;
        this.time = context.getProcessingTimeService();
        this.connections = connections;
        this.staleObjects = staleObjects;
        this.limits = limits;
        this.progress = progress;
        this.writer = writer;
        this.totals = totals;
        this.startedAt = time.getCurrentProcessingTime();
        context.metricGroup().histogram("flushRows", flushRows);
        context.metricGroup().histogram("flushMillis", flushMillis);
        context.metricGroup().gauge("rowsWaiting", () -> waitingRows);
        Timers.after(time, BEAT_EVERY_MILLIS, this::beatAndGoOn);
    }

    @Override
    public void write(StoredBatch batch, Context element) throws IOException {
        if (batch.isMark()) {
            store();
            flushedVersion = Math.max(flushedVersion, batch.flushVersion());
            beat(false);
            return;
        }
        if (waiting.isEmpty()) {
            Timers.after(time, limits.ageMillis(), this::store);
        }
        waiting.add(batch);
        waitingRows += batch.rows().size();
        waitingBytes += batch.size();
        if (waitingRows >= limits.rows() || waitingBytes >= limits.bytes()) {
            store();
        }
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
        store();
        if (endOfInput) {
            beat(true);
        }
    }

    @Override
    public List<Total> snapshotState(long checkpointId) {
        return totals.asList();
    }

    @Override
    public void close() {
        staleObjects.close();
        connections.closeConnection();
    }

    private void store() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        List<StoredBatch> batches = waiting;
        long began = System.nanoTime();
        FlushResult result = Attempts.run(connections, "store inferences", connection -> {
            makePartitions(connection, batches);
            return writer.flush(connection, batches);
        });
        flushMillis.update((System.nanoTime() - began) / 1_000_000);
        flushRows.update(waitingRows);
        waiting = new ArrayList<>();
        waitingRows = 0;
        waitingBytes = 0;
        count(result);
        if (!result.unreferenced().isEmpty()) {
            staleObjects.delete(result.unreferenced());
        }
    }

    private void makePartitions(Connection connection, List<StoredBatch> batches) throws SQLException {
        for (StoredBatch batch : batches) {
            for (InferenceRow row : batch.rows()) {
                partitions.ensure(connection, row.createdAt());
            }
        }
    }

    private void count(FlushResult result) {
        count("inserted", "", result.inserted());
        count("already_there", "", result.alreadyThere());
        count("conflicting", "", result.conflicting());
        count("without_input", "", result.withoutInput());
        result.refused().forEach((reason, rows) -> count("refused", reason, rows));
        if (result.conflicting() > 0) {
            LOG.warn(
                    "{} inferences came again under a key that is taken, with other content; they are kept in"
                            + " inference_conflicts",
                    result.conflicting());
        }
    }

    private void count(String outcome, String reason, long rows) {
        if (rows == 0) {
            return;
        }
        totals.add(reason.isEmpty() ? outcome : outcome + "." + reason, rows);
        counters.computeIfAbsent(outcome + reason, any -> {
                    MetricGroup group = context.metricGroup();
                    return (reason.isEmpty() ? group : group.addGroup("reason", reason)).counter(outcome);
                })
                .inc(rows);
    }

    private void beatAndGoOn() throws IOException {
        beat(false);
        Timers.after(time, BEAT_EVERY_MILLIS, this::beatAndGoOn);
    }

    /**
     * Says how far it is. A beat that cannot be written is made up for by the next; the last one must be, since what it
     * says is in no checkpoint any more.
     */
    private void beat(boolean finished) throws IOException {
        Beat beat = new Beat(
                context.getJobInfo().getJobId().toString(),
                Beat.STORE,
                context.getTaskInfo().getIndexOfThisSubtask(),
                context.getTaskInfo().getNumberOfParallelSubtasks(),
                startedAt,
                flushedVersion,
                totals.asMap());
        try {
            Attempts.run(connections, "write progress", connection -> {
                progress.write(connection, beat, finished);
                return beat;
            });
        } catch (IOException failed) {
            if (finished) {
                throw failed;
            }
            LOG.warn("progress is not shown for now: {}", failed.getMessage());
        }
    }
}
