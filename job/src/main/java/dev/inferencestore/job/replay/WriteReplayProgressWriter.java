package dev.inferencestore.job.replay;

import dev.inferencestore.job.database.Attempts;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.job.route.IngestDelta;
import dev.inferencestore.job.route.RouteReport;
import dev.inferencestore.storage.progress.IngestCounts;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each report. One that cannot be written is made up for by the next; the last one of a subtask must be.
 *
 * <p>Of a model's own counts, which say why nothing of its live traffic is stored, a replay adds what it stores, as its rows
 * are counted there too; what it leaves out it counts as its own.
 */
final class WriteReplayProgressWriter implements SinkWriter<RouteReport> {
    private static final Logger LOG = LoggerFactory.getLogger(WriteReplayProgressWriter.class);
    private static final String ACCEPTED = "accepted";

    private final JdbcConnectionProvider connections;
    private final Progress progress;
    private final Map<IngestCounts.Key, IngestCounts.Count> accepted = new HashMap<>();

    WriteReplayProgressWriter(JdbcConnectionProvider connections, Progress progress) {
        this.connections = connections;
        this.progress = progress;
    }

    @Override
    public void write(RouteReport report, Context context) throws IOException {
        for (IngestDelta delta : report.ingest()) {
            if (delta.outcome().equals(ACCEPTED)) {
                accepted.computeIfAbsent(
                                new IngestCounts.Key(delta.modelId(), ACCEPTED, delta.reason()),
                                any -> new IngestCounts.Count())
                        .add(delta.count(), null);
            }
        }
        try {
            Attempts.run(connections, "write progress", connection -> {
                progress.write(connection, report.beat(), report.finished());
                return true;
            });
            Attempts.run(connections, "count what was accepted", this::addAccepted);
            accepted.clear();
        } catch (IOException failed) {
            if (report.finished()) {
                throw failed;
            }
            LOG.warn("progress is not shown for now: {}", failed.getMessage());
        }
    }

    private boolean addAccepted(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            IngestCounts.add(connection, 0, accepted);
            connection.commit();
            return true;
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        }
    }

    @Override
    public void flush(boolean endOfInput) {
        // Every report is written when it comes.
    }

    @Override
    public void close() {
        connections.closeConnection();
    }
}
