package dev.inferencestore.storage.access;

import dev.inferencestore.storage.access.ProjectClaims.Names;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import dev.inferencestore.storage.registration.Precondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The names that each project may use: no two projects have one in common. Registering asks under the lock of versions.
 * Connections must have {@code inference_store} as their schema.
 */
public final class Claims {
    private record Image(ProjectClaims row, String json) {}

    private final Jdbi jdbi;

    public Claims(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** What setting claims did. */
    public record Change(ProjectClaims claims, boolean created) {}

    /**
     * A project's claims, which must be there.
     *
     * @throws NotFound when they are not
     */
    public ProjectClaims require(String projectId) {
        return jdbi.withHandle(handle -> find(handle, projectId).orElseThrow(() -> missing(projectId)));
    }

    /**
     * Gives a project these names in place of those before. Asking for what is so already makes no new version. Models
     * that are registered stay as they are.
     *
     * @param actor who asks, for the audit log
     * @throws Conflict when another project has one of them
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public Change put(String projectId, Names names, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            @Nullable Image before = image(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            if (before != null && before.row().names().equals(names)) {
                return new Change(before.row(), false);
            }
            handle.createQuery(AccessSql.OVERLAP)
                    .bind("projectId", projectId)
                    .bind("namespaces", array(names.namespaces()))
                    .bind("topics", array(names.topics()))
                    .bind("prefixes", array(names.idPrefixes()))
                    .map((row, context) -> overlap(row))
                    .findFirst()
                    .ifPresent(overlap -> {
                        throw new Conflict(overlap);
                    });
            Image after = handle.createQuery(AccessSql.PUT_CLAIMS)
                    .bind("projectId", projectId)
                    .bind("namespaces", array(names.namespaces()))
                    .bind("topics", array(names.topics()))
                    .bind("prefixes", array(names.idPrefixes()))
                    .map((row, context) -> image(row))
                    .one();
            String beforeJson = before == null ? null : before.json();
            ControlLog.auditProject(handle, actor, "claims.set", projectId, beforeJson, after.json());
            return new Change(after.row(), before == null);
        });
    }

    /**
     * Takes a project's claims away.
     *
     * @param actor who asks, for the audit log
     * @return the claims as they were
     * @throws NotFound when there are none
     * @throws dev.inferencestore.storage.registration.StaleVersion when the precondition does not hold
     */
    public ProjectClaims delete(String projectId, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            @Nullable Image before = image(handle, projectId).orElse(null);
            precondition.check(
                    named(projectId), before == null ? null : before.row().version());
            if (before == null) {
                throw missing(projectId);
            }
            handle.createUpdate(AccessSql.DELETE_CLAIMS)
                    .bind("projectId", projectId)
                    .execute();
            ControlLog.auditProject(handle, actor, "claims.deleted", projectId, before.json(), null);
            return before.row();
        });
    }

    static Optional<ProjectClaims> find(Handle handle, String projectId) {
        return image(handle, projectId).map(Image::row);
    }

    static String[] array(List<String> texts) {
        return texts.toArray(String[]::new);
    }

    private static Optional<Image> image(Handle handle, String projectId) {
        return handle.createQuery(AccessSql.CLAIMS)
                .bind("projectId", projectId)
                .map((row, context) -> image(row))
                .findOne();
    }

    private static Image image(ResultSet row) throws SQLException {
        Names names = new Names(
                AccessRows.texts(row, "namespaces"),
                AccessRows.texts(row, "topics"),
                AccessRows.texts(row, "id_prefixes"));
        ProjectClaims claims = new ProjectClaims(
                row.getString("project_id"),
                names,
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
        return new Image(claims, row.getString("image"));
    }

    private static String overlap(ResultSet row) throws SQLException {
        return "project '" + row.getString("project_id") + "' has '" + row.getString("name") + "' among its "
                + row.getString("kind")
                + (row.getString("kind").equals("id_prefixes") ? ": one prefix may not begin with another" : "");
    }

    private static NotFound missing(String projectId) {
        return new NotFound(
                NotFound.What.SETTING,
                "project '" + projectId + "' has no claims: an admin of everything sets them with PUT"
                        + " /api/v1/projects/{project_id}/claims");
    }

    private static String named(String projectId) {
        return "claims of project '" + projectId + "'";
    }
}
