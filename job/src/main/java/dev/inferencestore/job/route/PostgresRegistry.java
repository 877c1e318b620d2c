package dev.inferencestore.job.route;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.job.database.Database;
import dev.inferencestore.storage.registration.ModelRegistry;
import java.util.List;

/** The registry as PostgreSQL has it. */
public final class PostgresRegistry implements RegistrySource {
    private static final long serialVersionUID = 1L;

    private final Database database;

    public PostgresRegistry(Database database) {
        this.database = database;
    }

    @Override
    public List<ControlRecord> load(long after) {
        return new ModelRegistry(database.dataSource()).loadAll(after);
    }
}
