package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplayKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;

/** Writes how far each subtask of a replay is, for the job. Statements run in the caller's transaction, or each in its own. */
public final class ReplayProgressWriter {
    private ReplayProgressWriter() {}

    /**
     * Writes what a subtask says. With the last one that finishes the replay is complete.
     *
     * @return whether it became complete with this
     */
    public static boolean write(Connection connection, ReplayBeat beat) throws SQLException {
        List<String> roles = beat.finished() ? lock(connection, beat.replayId()) : List.of();
        try (PreparedStatement statement = connection.prepareStatement(ReplaySql.BEAT)) {
            statement.setString(1, beat.replayId());
            statement.setString(2, beat.role());
            statement.setInt(3, beat.subtask());
            statement.setInt(4, beat.parallelism());
            statement.setTimestamp(5, new Timestamp(beat.startedAt()));
            statement.setBoolean(6, beat.finished());
            statement.setString(7, ProgressJson.counts(beat.counts()));
            statement.setString(8, ProgressJson.positions(beat.positions()));
            statement.executeUpdate();
        }
        return !roles.isEmpty() && completeIfDone(connection, beat.replayId(), roles);
    }

    /** What a subtask said last; empty where it has said nothing. */
    public static Optional<ReplayBeat> find(Connection connection, String replayId, String role, int subtask)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ReplaySql.SUBTASK)) {
            statement.setString(1, replayId);
            statement.setString(2, role);
            statement.setInt(3, subtask);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(ReplayRows.subtask(row).beat()) : Optional.empty();
            }
        }
    }

    /** Whether it is to stop; also where it is no longer known. */
    public static boolean isToStop(Connection connection, String replayId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ReplaySql.STOPS)) {
            statement.setString(1, replayId);
            try (ResultSet row = statement.executeQuery()) {
                return !row.next() || row.getBoolean(1);
            }
        }
    }

    /** The roles that it takes; none where it is no longer known. */
    private static List<String> lock(Connection connection, String replayId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ReplaySql.LOCK_RUN)) {
            statement.setString(1, replayId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? ReplayKind.of(row.getString("kind")).roles() : List.of();
            }
        }
    }

    private static boolean completeIfDone(Connection connection, String replayId, List<String> roles)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ReplaySql.COMPLETE_IF_DONE)) {
            statement.setString(1, replayId);
            statement.setArray(2, connection.createArrayOf("text", roles.toArray()));
            return statement.executeUpdate() > 0;
        }
    }
}
