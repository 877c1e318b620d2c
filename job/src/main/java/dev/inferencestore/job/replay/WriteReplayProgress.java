package dev.inferencestore.job.replay;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.route.RouteReport;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes what RouteEvents reports of a replay to PostgreSQL. No state: reports have whole sums. */
final class WriteReplayProgress implements Sink<RouteReport> {
    private static final long serialVersionUID = 1L;

    private final Database database;
    private final Progress progress;

    WriteReplayProgress(Database database, Progress progress) {
        this.database = database;
        this.progress = progress;
    }

    @Override
    public SinkWriter<RouteReport> createWriter(WriterInitContext context) {
        return new WriteReplayProgressWriter(database.connections(), progress);
    }
}
