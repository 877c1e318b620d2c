package dev.inferencestore.storage.progress;

import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Reads how far the live job is, to say whether a change of registration is obeyed yet. */
public final class InEffect {
    private final Jdbi jdbi;

    public InEffect(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** One look at all subtasks. */
    public InEffectSnapshot read() {
        return new InEffectSnapshot(jdbi.withHandle(handle -> handle.createQuery(ProgressSql.FRESH_SUBTASKS)
                .map((row, context) -> new InEffectSnapshot.Subtask(
                        row.getString("job_id"),
                        row.getString("role"),
                        row.getInt("subtask"),
                        row.getInt("parallelism"),
                        row.getObject("started_at", OffsetDateTime.class).toInstant(),
                        row.getLong("version")))
                .list()));
    }
}
