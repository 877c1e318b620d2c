package dev.inferencestore.storage.access;

import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.registration.ControlLog;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** API tokens: made, listed, revoked. Connections must have {@code inference_store} as their schema. */
public final class ApiTokens {
    private final Jdbi jdbi;

    public ApiTokens(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Keeps a new token.
     *
     * @param actor who makes it, for the audit log
     * @throws Conflict when another token that is not revoked has its name
     */
    public ApiToken add(NewApiToken wanted, String actor) {
        return jdbi.inTransaction(handle -> {
            AccessChange.begin(handle);
            boolean taken = handle.createQuery(AccessSql.NAME_IS_TAKEN)
                    .bind("name", wanted.name())
                    .mapTo(Boolean.class)
                    .one();
            if (taken) {
                throw new Conflict("another token is named '" + wanted.name()
                        + "': take another name, or revoke that one first, since the audit log knows tokens by name");
            }
            String tokenId = UUID.randomUUID().toString();
            handle.createUpdate(AccessSql.ADD_TOKEN)
                    .bind("tokenId", tokenId)
                    .bind("hash", wanted.hash().bytes())
                    .bind("hint", wanted.hint())
                    .bind("name", wanted.name())
                    .bind("actor", actor)
                    .bindByType(
                            "expiresAt",
                            wanted.expiresAt() == null
                                    ? null
                                    : wanted.expiresAt().atOffset(ZoneOffset.UTC),
                            java.time.OffsetDateTime.class)
                    .execute();
            wanted.roles().forEach(role -> handle.createUpdate(AccessSql.ADD_TOKEN_ROLE)
                    .bind("tokenId", tokenId)
                    .bind("projectId", role.projectId())
                    .bind("role", role.role())
                    .execute());
            ApiToken made = require(handle, tokenId);
            audit(handle, "token.made", actor, made, projects(made), true);
            AccessChange.done(handle);
            return made;
        });
    }

    /**
     * Tokens by id.
     *
     * @param projects with a role in one of these; null for all tokens
     * @param revoked those that are revoked, or those that are not
     * @param after the last id of the page before; empty for the first page
     */
    public List<ApiToken> list(@Nullable Set<String> projects, boolean revoked, String after, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(AccessSql.LIST_TOKENS)
                .bind("all", projects == null)
                .bind("projects", projects == null ? new String[0] : projects.toArray(String[]::new))
                .bind("revoked", revoked)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> AccessRows.token(row))
                .list());
    }

    /**
     * Takes the roles of a token in these projects away. One that has none left is revoked: it is never taken again.
     *
     * @param tokenId of the form of a UUID
     * @param projects null for all
     * @param actor who asks, for the audit log
     * @return the token as it is then; empty where there is none, or none with a role in these projects
     */
    public Optional<ApiToken> revoke(String tokenId, @Nullable Set<String> projects, String actor) {
        return jdbi.inTransaction(handle -> {
            AccessChange.begin(handle);
            ApiToken before = find(handle, tokenId).orElse(null);
            if (before == null) {
                return Optional.<ApiToken>empty();
            }
            Set<String> taken = new HashSet<>(projects(before));
            if (projects != null) {
                taken.retainAll(projects);
                if (taken.isEmpty()) {
                    return Optional.<ApiToken>empty();
                }
            }
            if (before.revokedAt() != null) {
                return Optional.of(before);
            }
            boolean whole = taken.containsAll(projects(before));
            if (whole) {
                handle.createUpdate(AccessSql.REVOKE_TOKEN)
                        .bind("tokenId", tokenId)
                        .bind("actor", actor)
                        .execute();
            } else {
                handle.createUpdate(AccessSql.TAKE_TOKEN_ROLES)
                        .bind("tokenId", tokenId)
                        .bind("projects", taken.toArray(String[]::new))
                        .execute();
            }
            audit(handle, "token.revoked", actor, before, taken, false);
            AccessChange.done(handle);
            return Optional.of(require(handle, tokenId));
        });
    }

    /** Writes down that a token was used in this hour. */
    public void used(UUID tokenId) {
        jdbi.useHandle(handle -> handle.createUpdate(AccessSql.USE_TOKEN)
                .bind("tokenId", tokenId.toString())
                .execute());
    }

    private static ApiToken require(Handle handle, String tokenId) {
        return find(handle, tokenId).orElseThrow();
    }

    private static Optional<ApiToken> find(Handle handle, String tokenId) {
        return handle.createQuery(AccessSql.TOKEN)
                .bind("tokenId", tokenId)
                .map((row, context) -> AccessRows.token(row))
                .findOne();
    }

    private static Set<String> projects(ApiToken token) {
        Set<String> projects = new TreeSet<>();
        token.roles().forEach(role -> projects.add(role.projectId()));
        return projects;
    }

    /** An entry for each project, since those who may read one need not be those who may read another. */
    private static void audit(
            Handle handle, String action, String actor, ApiToken token, Collection<String> projects, boolean made) {
        for (String project : projects) {
            List<String> roles = token.roles().stream()
                    .filter(role -> role.projectId().equals(project))
                    .map(HeldRole::role)
                    .toList();
            String image = AccessChange.image("token", token.name(), roles);
            ControlLog.auditProject(handle, actor, action, project, made ? null : image, made ? image : null);
        }
    }
}
