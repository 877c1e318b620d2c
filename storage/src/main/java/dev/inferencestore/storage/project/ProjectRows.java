package dev.inferencestore.storage.project;

import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.storage.registration.PolicyColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The settings of projects. Under the lock of versions ({@code ControlLog.lock}) what is read stays so until the
 * transaction ends, and every change of a policy reads them there; without it they are good for showing only.
 */
public final class ProjectRows {
    /** A row with its whole content as JSON, for the audit log. */
    public record Image<T>(T row, String json) {}

    private ProjectRows() {}

    /** The project of a registered model. */
    public static Optional<String> projectOf(Handle handle, String modelId) {
        return handle.createQuery(ProjectSql.PROJECT_OF_MODEL)
                .bind("modelId", modelId)
                .mapTo(String.class)
                .findOne();
    }

    /** The default policy of a project that has one. */
    public static Optional<Image<DefaultPolicy>> defaultPolicy(Handle handle, String projectId) {
        return handle.createQuery(ProjectSql.DEFAULT_POLICY)
                .bind("projectId", projectId)
                .map((row, context) -> new Image<>(defaultPolicy(row), row.getString("image")))
                .findOne();
    }

    /**
     * Writes a project's default policy, under the lock.
     *
     * @param revision that was drawn for it
     */
    public static Image<DefaultPolicy> putDefaultPolicy(
            Handle handle, String projectId, PolicyTerms terms, long revision) {
        return handle.createQuery(ProjectSql.PUT_DEFAULT_POLICY)
                .bind("projectId", projectId)
                .bind("newId", UUID.randomUUID().toString())
                .bind("revision", revision)
                .bindByType("recordAge", terms.recordAge(), Long.class)
                .bindByType("blobAge", terms.blobAge(), Long.class)
                .bind("action", terms.action().text())
                .bind("interval", terms.interval())
                .map((row, context) -> new Image<>(defaultPolicy(row), row.getString("image")))
                .one();
    }

    /** Deletes a project's default policy, under the lock. */
    public static void deleteDefaultPolicy(Handle handle, String projectId) {
        handle.createUpdate(ProjectSql.DELETE_DEFAULT_POLICY)
                .bind("projectId", projectId)
                .execute();
    }

    /** The limit of a project that has one. */
    public static Optional<Image<ProjectLimit>> limit(Handle handle, String projectId) {
        return handle.createQuery(ProjectSql.LIMIT)
                .bind("projectId", projectId)
                .map((row, context) -> new Image<>(limit(row), row.getString("image")))
                .findOne();
    }

    /** Writes a project's limit, under the lock. */
    public static Image<ProjectLimit> putLimit(Handle handle, String projectId, RetentionLimit limit) {
        return handle.createQuery(ProjectSql.PUT_LIMIT)
                .bind("projectId", projectId)
                .bind("recordAge", limit.recordAge())
                .bind("blobAge", limit.blobAge())
                .map((row, context) -> new Image<>(limit(row), row.getString("image")))
                .one();
    }

    /** Takes a project's limit away, under the lock. */
    public static void deleteLimit(Handle handle, String projectId) {
        handle.createUpdate(ProjectSql.DELETE_LIMIT)
                .bind("projectId", projectId)
                .execute();
    }

    private static DefaultPolicy defaultPolicy(ResultSet row) throws SQLException {
        return new DefaultPolicy(
                row.getString("project_id"),
                row.getString("policy_id"),
                row.getLong("version"),
                row.getLong("revision"),
                PolicyColumns.terms(row),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static ProjectLimit limit(ResultSet row) throws SQLException {
        return new ProjectLimit(
                row.getString("project_id"),
                new RetentionLimit(row.getLong("record_age"), row.getLong("blob_age")),
                row.getLong("version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
