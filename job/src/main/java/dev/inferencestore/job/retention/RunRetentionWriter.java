package dev.inferencestore.job.retention;

import com.zaxxer.hikari.HikariDataSource;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.jspecify.annotations.Nullable;

/** Hands wakes to the runner. */
final class RunRetentionWriter implements SinkWriter<Wake> {
    private final Runner runner;
    private final @Nullable Housekeeping housekeeping;
    private final HikariDataSource connections;

    /** Starts both; the housekeeping is null but in one subtask. The connections are closed at the end. */
    RunRetentionWriter(Runner runner, @Nullable Housekeeping housekeeping, HikariDataSource connections) {
        this.runner = runner;
        this.housekeeping = housekeeping;
        this.connections = connections;
        runner.start();
        if (housekeeping != null) {
            housekeeping.start();
        }
    }

    @Override
    public void write(Wake wake, Context context) {
        runner.wake(wake);
    }

    @Override
    public void flush(boolean endOfInput) {
        // Nothing of a run is in flight here: it is all in the database.
    }

    @Override
    public void close() {
        runner.close();
        if (housekeeping != null) {
            housekeeping.close();
        }
        connections.close();
    }
}
