package dev.inferencestore.job.progress;

import dev.inferencestore.storage.progress.Beat;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Where subtasks say how far they are. */
public interface Progress extends Serializable {

    /**
     * Writes what a subtask says of itself.
     *
     * @param connection in whatever mode; left without a transaction
     * @param finished whether all it was to do is done and durable
     */
    void write(Connection connection, Beat beat, boolean finished) throws SQLException;

    /**
     * What a subtask had counted that had finished before the checkpoint from which the job goes on: such a subtask is in
     * no checkpoint any more. Empty where nobody asks for exact counts of what has ended.
     */
    default Map<String, Long> ofFinished(String role, int subtask) throws SQLException {
        return Map.of();
    }
}
