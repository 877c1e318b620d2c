package dev.inferencestore.job.progress;

import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.progress.ProgressWriter;
import java.sql.Connection;
import java.sql.SQLException;

/** Heartbeats of the live job, by which the API says what is in effect. */
public final class LiveProgress implements Progress {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(Connection connection, Beat beat, boolean finished) throws SQLException {
        connection.setAutoCommit(true);
        ProgressWriter.beat(connection, beat);
    }
}
