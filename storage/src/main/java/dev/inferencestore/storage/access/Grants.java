package dev.inferencestore.storage.access;

import dev.inferencestore.storage.registration.ControlLog;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Which roles people and groups have in which projects. Connections must have {@code inference_store} as their schema. */
public final class Grants {
    private final Jdbi jdbi;

    public Grants(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** What setting a grant did. */
    public record Change(Grant grant, boolean created) {}

    /**
     * The grants of a project by principal; those of {@link HeldRole#EVERY_PROJECT} are listed under that name only.
     *
     * @param after the last principal of the page before; empty for the first page
     */
    public List<Grant> list(String projectId, String after, int limit) {
        return jdbi.withHandle(handle -> read(handle, projectId, null, after, limit));
    }

    /**
     * Gives somebody these roles in a project in place of those before. Asking for what is so already changes nothing.
     *
     * @param roles at least one
     * @param actor who asks, for the audit log
     */
    public Change put(String projectId, String principal, Collection<String> roles, String actor) {
        return jdbi.inTransaction(handle -> {
            AccessChange.begin(handle);
            Grant before = find(handle, projectId, principal).orElse(null);
            if (before != null && new HashSet<>(before.roles()).equals(new HashSet<>(roles))) {
                return new Change(before, false);
            }
            take(handle, projectId, principal);
            new TreeSet<>(roles).forEach(role -> handle.createUpdate(AccessSql.ADD_GRANT)
                    .bind("projectId", projectId)
                    .bind("principal", principal)
                    .bind("role", role)
                    .bind("actor", actor)
                    .execute());
            Grant after = find(handle, projectId, principal).orElseThrow();
            ControlLog.auditProject(handle, actor, "grant.set", projectId, image(before), image(after));
            AccessChange.done(handle);
            return new Change(after, before == null);
        });
    }

    /**
     * Takes the roles of somebody in a project away.
     *
     * @param actor who asks, for the audit log
     * @return the grant as it was; empty where there was none
     */
    public Optional<Grant> delete(String projectId, String principal, String actor) {
        return jdbi.inTransaction(handle -> {
            AccessChange.begin(handle);
            Optional<Grant> before = find(handle, projectId, principal);
            if (before.isPresent()) {
                take(handle, projectId, principal);
                ControlLog.auditProject(handle, actor, "grant.removed", projectId, image(before.get()), null);
                AccessChange.done(handle);
            }
            return before;
        });
    }

    private static Optional<Grant> find(Handle handle, String projectId, String principal) {
        return read(handle, projectId, principal, "", 1).stream().findFirst();
    }

    private static void take(Handle handle, String projectId, String principal) {
        handle.createUpdate(AccessSql.TAKE_GRANT)
                .bind("projectId", projectId)
                .bind("principal", principal)
                .execute();
    }

    private static List<Grant> read(
            Handle handle, String projectId, @Nullable String principal, String after, int limit) {
        return handle.createQuery(AccessSql.GRANTS_OF_PROJECT)
                .bind("projectId", projectId)
                .bindByType("principal", principal, String.class)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Grant(
                        projectId,
                        row.getString("principal"),
                        AccessRows.texts(row, "roles"),
                        row.getString("granted_by"),
                        row.getObject("granted_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private static @Nullable String image(@Nullable Grant grant) {
        return grant == null ? null : AccessChange.image("principal", grant.principal(), grant.roles());
    }
}
