package dev.inferencestore.job.progress;

import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.route.RouteReport;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Writes what RouteEvents reports to PostgreSQL. No state: what is lost with a crash is at most a second's counts. */
public final class WriteProgress implements Sink<RouteReport> {
    private static final long serialVersionUID = 1L;

    private final Database database;

    public WriteProgress(Database database) {
        this.database = database;
    }

    @Override
    public SinkWriter<RouteReport> createWriter(WriterInitContext context) {
        return new WriteProgressWriter(database.connections());
    }
}
