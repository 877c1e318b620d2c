package dev.inferencestore.storage.registration;

import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Reads what became of a model's events, over all writers. */
public final class ModelIngest {
    private final Jdbi jdbi;

    public ModelIngest(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    public IngestFigures read(String modelId) {
        return new IngestFigures(jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.INGEST)
                .bind("modelId", modelId)
                .map((row, context) -> new IngestFigures.Count(
                        row.getString("outcome"),
                        row.getString("reason"),
                        row.getLong("count"),
                        ModelRows.instant(row, "last_at"),
                        row.getString("detail")))
                .list()));
    }
}
