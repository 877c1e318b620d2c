package dev.inferencestore.storage.registration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads the names that no model claims. */
public final class UnmatchedSources {
    private final Jdbi jdbi;

    public UnmatchedSources(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Those seen last, newest first.
     *
     * @param projects those within the claims of these; null for all
     */
    public List<UnmatchedSource> newest(@Nullable Set<String> projects, int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.UNMATCHED)
                .bind("all", projects == null)
                .bind("projects", projects == null ? new String[0] : projects.toArray(String[]::new))
                .bind("limit", limit)
                .map((row, context) -> source(row))
                .list());
    }

    public Optional<UnmatchedSource> find(String name) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.UNMATCHED_BY_NAME)
                .bind("name", name)
                .map((row, context) -> source(row))
                .findOne());
    }

    private static UnmatchedSource source(ResultSet row) throws SQLException {
        return new UnmatchedSource(
                row.getString("name"),
                row.getString("topic"),
                row.getLong("count"),
                ModelRows.instant(row, "first_seen"),
                ModelRows.instant(row, "last_seen"));
    }
}
