package dev.inferencestore.storage.registration;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Adds up what is stored, for many models in one statement and without reading a record. */
public final class StoredFiguresReader {
    private final Jdbi jdbi;

    public StoredFiguresReader(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    public StoredFigures read(String modelId) {
        return read(List.of(modelId)).getOrDefault(modelId, StoredFigures.NONE);
    }

    /** By model id; models of which nothing was ever stored are not in it. */
    public Map<String, StoredFigures> read(Collection<String> modelIds) {
        return jdbi.withHandle(handle -> {
            Map<String, StoredFigures> figures = new HashMap<>();
            handle.createQuery(RegistrationSql.STORED)
                    .bindArray("modelIds", String.class, modelIds.toArray())
                    .map((row, context) -> Map.entry(row.getString("model_id"), figures(row)))
                    .forEach(entry -> figures.put(entry.getKey(), entry.getValue()));
            return figures;
        });
    }

    private static StoredFigures figures(ResultSet row) throws SQLException {
        return new StoredFigures(
                row.getLong("records"),
                row.getLong("inputs"),
                row.getLong("bytes"),
                ModelRows.instantOrNull(row, "oldest"),
                ModelRows.instantOrNull(row, "newest"));
    }
}
