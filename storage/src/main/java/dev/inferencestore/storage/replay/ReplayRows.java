package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.ReplaySpecCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Rows of the tables of replays as values. */
final class ReplayRows {
    private ReplayRows() {}

    static ReplayRun run(ResultSet row) throws SQLException {
        return new ReplayRun(
                row.getString("replay_id"),
                row.getString("project_id"),
                ReplaySpecCodec.decode(row.getString("spec")),
                ReplayState.of(row.getString("state")),
                row.getString("flink_job_id"),
                row.getString("flink_state"),
                row.getObject("after_version", Long.class),
                row.getString("requested_by"),
                instant(row, "created_at"),
                instantOrNull(row, "started_at"),
                instantOrNull(row, "finished_at"),
                row.getString("error"),
                row.getBoolean("cancel_requested"));
    }

    static ReplaySummary.Subtask subtask(ResultSet row) throws SQLException {
        ReplayBeat beat = new ReplayBeat(
                row.getString("replay_id"),
                row.getString("role"),
                row.getInt("subtask"),
                row.getInt("parallelism"),
                instant(row, "started_at").toEpochMilli(),
                row.getBoolean("finished"),
                ProgressJson.counts(row.getString("counts")),
                ProgressJson.positions(row.getString("positions")));
        return new ReplaySummary.Subtask(beat, instant(row, "heartbeat"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
