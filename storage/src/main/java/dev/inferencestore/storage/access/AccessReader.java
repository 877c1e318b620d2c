package dev.inferencestore.storage.access;

import dev.inferencestore.domain.registration.SourceKey;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Reads what decides who may do what. Connections must have {@code inference_store} as their schema. */
public final class AccessReader {
    private final Jdbi jdbi;

    public AccessReader(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Another one after each change of a token or a grant. */
    public long version() {
        return jdbi.withHandle(AccessReader::version);
    }

    /** All of it, at one moment. */
    public AccessSnapshot read() {
        return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Map<TokenHash, ApiToken> tokens = new HashMap<>();
            handle.createQuery(AccessSql.LIVE_TOKENS)
                    .map((row, context) -> Map.entry(TokenHash.ofBytes(row.getBytes("hash")), AccessRows.token(row)))
                    .forEach(token -> tokens.put(token.getKey(), token.getValue()));
            Map<String, List<HeldRole>> grants = new HashMap<>();
            handle.createQuery(AccessSql.ALL_GRANTS)
                    .map((row, context) -> Map.entry(
                            row.getString("principal"),
                            new HeldRole(row.getString("project_id"), row.getString("role"))))
                    .forEach(grant -> grants.computeIfAbsent(grant.getKey(), unseen -> new ArrayList<>())
                            .add(grant.getValue()));
            return new AccessSnapshot(version(handle), tokens, grants);
        });
    }

    /** The project of a model, also of one that is unregistered; by the primary key. */
    public Optional<String> projectOf(String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery(AccessSql.PROJECT_OF_MODEL)
                .bind("modelId", modelId)
                .mapTo(String.class)
                .findOne());
    }

    /** Those ids that are of models of these projects, also of ones that are unregistered. */
    public Set<String> modelsOf(Set<String> projects, Set<String> modelIds) {
        return jdbi.withHandle(handle -> handle.createQuery(AccessSql.MODELS_OF)
                .bind("projects", projects.toArray(String[]::new))
                .bind("modelIds", modelIds.toArray(String[]::new))
                .mapTo(String.class)
                .set());
    }

    /** The projects of the registered models that have these sources; of a source that no model has there is none. */
    public Map<SourceKey, String> projectsOf(Set<SourceKey> keys) {
        Map<SourceKey, String> projects = new HashMap<>();
        if (!keys.isEmpty()) {
            String sources = ControlRecordCodec.encodeSources(
                    keys.stream().map(SourceKey::least).toList());
            jdbi.useHandle(handle -> handle.createQuery(AccessSql.SOURCES_LIKE)
                    .bind("sources", sources)
                    .map((row, context) -> Map.entry(row.getString("project_id"), row.getString("sources")))
                    .forEach(model -> ControlRecordCodec.decodeSources(model.getValue()).stream()
                            .map(SourceKey::of)
                            .filter(keys::contains)
                            .forEach(key -> projects.put(key, model.getKey()))));
        }
        return projects;
    }

    /** Every namespace that these projects have claimed. */
    public Set<String> namespacesOf(Set<String> projects) {
        return jdbi.withHandle(handle -> handle.createQuery(AccessSql.NAMESPACES_OF)
                .bind("projects", projects.toArray(String[]::new))
                .mapTo(String.class)
                .set());
    }

    private static long version(Handle handle) {
        return handle.createQuery(AccessSql.VERSION).mapTo(Long.class).one();
    }
}
