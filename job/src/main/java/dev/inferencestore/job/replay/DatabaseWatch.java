package dev.inferencestore.job.replay;

import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.replay.watch.Watch;
import dev.inferencestore.storage.replay.ReplayBeat;
import dev.inferencestore.storage.replay.ReplayBeat.Position;
import dev.inferencestore.storage.replay.ReplayProgressWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Tells the database how far a replay has read, and asks whether it is to be cancelled. */
final class DatabaseWatch implements Watch {
    private static final long serialVersionUID = 1L;

    private final Database database;
    private final String replayId;

    DatabaseWatch(Database database, String replayId) {
        this.database = database;
        this.replayId = replayId;
    }

    @Override
    public Map<String, Position> before() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return ReplayProgressWriter.find(connection, replayId, ReplayKind.READ, 0)
                    .map(ReplayBeat::positions)
                    .orElse(Map.of());
        }
    }

    @Override
    public boolean stops(long startedAt, Map<String, Position> positions) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            ReplayProgressWriter.write(
                    connection, new ReplayBeat(replayId, ReplayKind.READ, 0, 1, startedAt, false, Map.of(), positions));
            return ReplayProgressWriter.isToStop(connection, replayId);
        }
    }
}
