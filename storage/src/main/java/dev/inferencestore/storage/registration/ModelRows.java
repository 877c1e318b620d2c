package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.retention.RetentionPolicy;
import dev.inferencestore.domain.wire.CaptureRulesCodec;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Rows of {@code models} as values. */
final class ModelRows {
    /** A row with its whole content as JSON, for the audit log. */
    record Image(Model model, boolean deleted, boolean deleting, String json) {}

    private ModelRows() {}

    static Model model(ResultSet row) throws SQLException {
        return new Model(
                new Registration(
                        row.getString("model_id"),
                        row.getString("project_id"),
                        row.getString("task_type"),
                        row.getString("name"),
                        ControlRecordCodec.decodeSources(row.getString("sources"))),
                row.getBoolean("storage_enabled"),
                row.getLong("control_version"),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                CaptureRulesCodec.read(row.getString("capture")));
    }

    /** A row of {@code KNOWN_MODELS}. */
    static KnownModel known(ResultSet row) throws SQLException {
        return new KnownModel(
                model(row),
                ModelState.of(row.getBoolean("deleted"), row.getBoolean("deleting")),
                row.getString("erase_task"));
    }

    static Image image(ResultSet row) throws SQLException {
        return new Image(model(row), row.getBoolean("deleted"), row.getBoolean("deleting"), row.getString("image"));
    }

    /** A row of {@code CONTROL_RECORD}. */
    static ControlRecord controlRecord(ResultSet row) throws SQLException {
        return model(row).controlRecord(row.getLong("generation"), row.getBoolean("deleted"), policy(row));
    }

    private static @Nullable RetentionPolicy policy(ResultSet row) throws SQLException {
        return row.getString("policy_id") == null ? null : PolicyColumns.read(row);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
