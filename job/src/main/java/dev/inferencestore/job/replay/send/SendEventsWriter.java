package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.RawEvent;
import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.job.database.Attempts;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.route.Total;
import dev.inferencestore.job.route.Totals;
import dev.inferencestore.job.time.Timers;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.replay.ReplaySummary;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to Kafka, and says about once a second how many of them it has acknowledged. */
final class SendEventsWriter implements StatefulSinkWriter<Emission, Total> {
    private static final Logger LOG = LoggerFactory.getLogger(SendEventsWriter.class);
    private static final long BEAT_EVERY_MILLIS = 1000;

    private final WriterInitContext context;
    private final SinkWriter<RawEvent> kafka;
    private final JdbcConnectionProvider connections;
    private final Progress progress;
    private final Totals totals;
    private final ProcessingTimeService time;
    private final long startedAt;

    SendEventsWriter(
            WriterInitContext context,
            SinkWriter<RawEvent> kafka,
            JdbcConnectionProvider connections,
            Progress progress,
            Totals totals) {
        this.context = context;
        this.kafka = kafka;
        this.connections = connections;
        this.progress = progress;
        this.totals = totals;
        this.time = context.getProcessingTimeService();
        this.startedAt = time.getCurrentProcessingTime();
        Timers.after(time, BEAT_EVERY_MILLIS, this::beatAndGoOn);
    }

    @Override
    public void write(Emission emission, Context element) throws IOException, InterruptedException {
        for (RawEvent event : emission.events()) {
            kafka.write(event, element);
        }
        totals.add(ReplaySummary.SENT, emission.events().size());
        emission.notes().forEach(note -> totals.add(note, 1));
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
        kafka.flush(endOfInput);
        if (endOfInput) {
            beat(true);
        }
    }

    @Override
    public List<Total> snapshotState(long checkpointId) {
        return totals.asList();
    }

    @Override
    public void close() throws Exception {
        kafka.close();
        connections.closeConnection();
    }

    private void beatAndGoOn() throws IOException, InterruptedException {
        // What is not acknowledged yet is not to be called sent.
        kafka.flush(false);
        beat(false);
        Timers.after(time, BEAT_EVERY_MILLIS, this::beatAndGoOn);
    }

    /** The last one must be written, since what it says is in no checkpoint any more. */
    private void beat(boolean finished) throws IOException {
        Beat beat = new Beat(
                context.getJobInfo().getJobId().toString(),
                ReplayKind.SEND,
                context.getTaskInfo().getIndexOfThisSubtask(),
                context.getTaskInfo().getNumberOfParallelSubtasks(),
                startedAt,
                0,
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
