package dev.inferencestore.job.progress;

import dev.inferencestore.job.database.Attempts;
import dev.inferencestore.job.route.IngestDelta;
import dev.inferencestore.job.route.RouteReport;
import dev.inferencestore.job.route.UnmatchedDelta;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.progress.IngestCounts;
import dev.inferencestore.storage.progress.ProgressWriter;
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
 * Writes each report in one transaction. A database that cannot be reached does not stop the job from here: what could
 * not be written is added to the next report, for a bounded number of models and names.
 */
final class WriteProgressWriter implements SinkWriter<RouteReport> {
    private static final Logger LOG = LoggerFactory.getLogger(WriteProgressWriter.class);
    private static final int MOST_WAITING = 100_000;

    private final JdbcConnectionProvider connections;
    private final Map<Integer, Map<IngestCounts.Key, IngestCounts.Count>> ingest = new HashMap<>();
    private final Map<String, Long> unmatched = new HashMap<>();
    private final Map<String, String> topics = new HashMap<>();
    private boolean oldJobsForgotten;

    WriteProgressWriter(JdbcConnectionProvider connections) {
        this.connections = connections;
    }

    @Override
    public void write(RouteReport report, Context context) {
        add(report);
        try {
            Attempts.run(connections, "write progress", connection -> write(connection, report.beat()));
            ingest.clear();
            unmatched.clear();
            topics.clear();
        } catch (IOException failed) {
            LOG.warn("progress is not shown for now: {}", failed.getMessage());
            if (ingest.values().stream().mapToInt(Map::size).sum() + unmatched.size() > MOST_WAITING) {
                ingest.clear();
                unmatched.clear();
                topics.clear();
            }
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

    private void add(RouteReport report) {
        Map<IngestCounts.Key, IngestCounts.Count> counts =
                ingest.computeIfAbsent(report.beat().subtask(), any -> new HashMap<>());
        for (IngestDelta delta : report.ingest()) {
            counts.computeIfAbsent(
                            new IngestCounts.Key(delta.modelId(), delta.outcome(), delta.reason()),
                            any -> new IngestCounts.Count())
                    .add(delta.count(), delta.detail());
        }
        for (UnmatchedDelta delta : report.unmatched()) {
            unmatched.merge(delta.name(), delta.count(), Long::sum);
            topics.put(delta.name(), delta.topic());
        }
    }

    private boolean write(Connection connection, Beat beat) throws SQLException {
        connection.setAutoCommit(false);
        try {
            if (!oldJobsForgotten) {
                ProgressWriter.forgetOldJobs(connection);
                oldJobsForgotten = true;
            }
            ProgressWriter.beat(connection, beat);
            for (Map.Entry<Integer, Map<IngestCounts.Key, IngestCounts.Count>> subtask : ingest.entrySet()) {
                IngestCounts.add(connection, subtask.getKey(), subtask.getValue());
            }
            ProgressWriter.unmatched(connection, unmatched, topics);
            connection.commit();
            return true;
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        }
    }
}
