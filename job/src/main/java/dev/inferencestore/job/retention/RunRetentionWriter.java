package dev.inferencestore.job.retention;

import org.apache.flink.api.connector.sink2.SinkWriter;

/** Hands wakes to the runner. */
final class RunRetentionWriter implements SinkWriter<Wake> {
    private final Runner runner;

    RunRetentionWriter(Runner runner) {
        this.runner = runner;
        runner.start();
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
    }
}
