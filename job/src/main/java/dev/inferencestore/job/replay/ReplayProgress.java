package dev.inferencestore.job.replay;

import dev.inferencestore.domain.replay.ReplayKind;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.job.progress.Progress;
import dev.inferencestore.storage.progress.Beat;
import dev.inferencestore.storage.replay.ReplayBeat;
import dev.inferencestore.storage.replay.ReplayProgressWriter;
import dev.inferencestore.storage.replay.ReplaySummary;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How far a replay is, in tables of its own: by the live job's it is said what is in effect, which a replay has no part in.
 */
public final class ReplayProgress implements Progress {
    private static final long serialVersionUID = 1L;

    /** What the counts of events begin with that add up to what was read. */
    private static final Set<String> EVENTS =
            Set.of(ReplaySummary.ACCEPTED, ReplaySummary.TURNED_AWAY, ReplaySummary.DEAD_LETTERED);

    private final Database database;
    private final String replayId;

    ReplayProgress(Database database, String replayId) {
        this.database = database;
        this.replayId = replayId;
    }

    @Override
    public void write(Connection connection, Beat beat, boolean finished) throws SQLException {
        ReplayBeat said = new ReplayBeat(
                replayId,
                beat.role(),
                beat.subtask(),
                beat.parallelism(),
                beat.startedAt(),
                finished,
                counts(beat),
                Map.of());
        connection.setAutoCommit(false);
        try {
            ReplayProgressWriter.write(connection, said);
            connection.commit();
        } catch (SQLException failed) {
            connection.rollback();
            throw failed;
        }
    }

    @Override
    public Map<String, Long> ofFinished(String role, int subtask) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            Map<String, Long> counts = new HashMap<>(ReplayProgressWriter.find(connection, replayId, role, subtask)
                    .filter(ReplayBeat::finished)
                    .map(ReplayBeat::counts)
                    .orElse(Map.of()));
            counts.remove(ReplaySummary.READ);
            return counts;
        }
    }

    private static Map<String, Long> counts(Beat beat) {
        Map<String, Long> counts = new HashMap<>(beat.totals());
        if (beat.role().equals(ReplayKind.ROUTE)) {
            long read = beat.totals().entrySet().stream()
                    .filter(total -> EVENTS.contains(total.getKey().split("\\.", 2)[0]))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            counts.put(ReplaySummary.READ, read);
        }
        return counts;
    }
}
