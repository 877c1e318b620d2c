package dev.inferencestore.storage.replay;

import dev.inferencestore.domain.replay.OffTimes;
import dev.inferencestore.domain.replay.StorageSwitch;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * When storage of each model was switched: written in the transaction that switches it, read by replays. Connections must
 * have {@code inference_store} as their schema.
 */
public final class StorageTimes {
    private final Jdbi jdbi;

    public StorageTimes(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** Writes down a change, in the caller's transaction and under the lock of versions, which orders them. */
    public static void write(Handle handle, String modelId, StorageSwitch.Change change, String actor) {
        handle.createUpdate(SwitchSql.ADD)
                .bind("modelId", modelId)
                .bind("change", change.text())
                .bind("actor", actor)
                .execute();
    }

    /** The times in which storage of any model was off on purpose. */
    public OffTimes load() {
        return jdbi.withHandle(handle -> offTimes(handle.createQuery(SwitchSql.ALL)));
    }

    /** The same of one model. */
    public OffTimes load(String modelId) {
        return jdbi.withHandle(
                handle -> offTimes(handle.createQuery(SwitchSql.OF_MODEL).bind("modelId", modelId)));
    }

    private static OffTimes offTimes(Query switches) {
        return OffTimes.of(switches.map((row, context) -> new StorageSwitch(
                        row.getString("model_id"), row.getLong("at"), StorageSwitch.Change.of(row.getString("change"))))
                .list());
    }
}
