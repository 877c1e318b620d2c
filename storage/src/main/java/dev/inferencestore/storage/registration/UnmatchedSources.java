package dev.inferencestore.storage.registration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Reads the names that no model claims. */
public final class UnmatchedSources {
    private final Jdbi jdbi;

    public UnmatchedSources(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Those seen last, newest first. */
    public List<UnmatchedSource> newest(int limit) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.UNMATCHED)
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
