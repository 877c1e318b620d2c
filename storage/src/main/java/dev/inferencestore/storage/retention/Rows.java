package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.registration.PolicyColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Rows of the retention tables as values. */
final class Rows {
    private Rows() {}

    static Policy policy(ResultSet row) throws SQLException {
        return new Policy(
                row.getString("model_id"),
                PolicyColumns.read(row),
                row.getBoolean("inherited"),
                instantOrNull(row, "next_run_at"),
                instantOrNull(row, "last_evaluated_at"),
                row.getLong("evaluated_version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    static Task task(ResultSet row) throws SQLException {
        return new Task(
                row.getString("task_id"),
                row.getString("model_id"),
                row.getString("policy_id"),
                row.getObject("policy_version", Long.class),
                Trigger.of(row.getString("trigger")),
                row.getBoolean("dry_run"),
                DeleteAction.of(row.getString("delete_action")),
                TaskState.of(row.getString("state")),
                row.getString("error"),
                row.getBoolean("cancel_requested"),
                row.getString("requested_by"),
                row.getString("dry_run_id"),
                row.getString("purge_of"),
                cutoffsOrNull(row, "record_cutoff_micros", "blob_cutoff_micros"),
                cutoffsOrNull(row, "record_from_micros", "blob_from_micros"),
                new Cutoffs(row.getLong("record_hides_micros"), row.getLong("blob_hides_micros")),
                row.getBoolean("undone"),
                row.getBoolean("purged"),
                instantOrNull(row, "restorable_until"),
                new Task.Figures(
                        row.getLong("records_matched"),
                        row.getLong("records_deleted"),
                        row.getLong("blobs_matched"),
                        row.getLong("blobs_deleted"),
                        row.getLong("blob_bytes"),
                        row.getLong("objects_deleted"),
                        row.getLong("objects_rewritten"),
                        row.getLong("bytes_overwritten"),
                        instantOrNull(row, "oldest"),
                        instantOrNull(row, "newest")),
                row.getLong("held"),
                erasing(row),
                row.getObject("notice_event", Long.class),
                instant(row, "created_at"),
                instantOrNull(row, "started_at"),
                instantOrNull(row, "finished_at"));
    }

    private static Task.@Nullable Erase erasing(ResultSet row) throws SQLException {
        return Trigger.of(row.getString("trigger")) == Trigger.ERASE
                ? new Task.Erase(
                        row.getBoolean("whole_model") ? null : row.getString("filter"), instantOrNull(row, "final_at"))
                : null;
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable Cutoffs cutoffsOrNull(ResultSet row, String records, String blobs) throws SQLException {
        Long first = row.getObject(records, Long.class);
        Long second = row.getObject(blobs, Long.class);
        return first == null || second == null ? null : new Cutoffs(first, second);
    }
}
