package dev.inferencestore.storage.inference;

import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Which keys of metadata are indexed for which model. {@link IndexBuilder} makes it so. */
public final class MetadataIndexes {
    /** Every row that is stored is held against every index. */
    private static final int MOST_OF_MODEL = 8;

    private static final int MOST_OF_ALL = 200;

    private final Jdbi jdbi;

    public MetadataIndexes(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /** What was asked for, and whether it is new. */
    public record Change(MetadataIndex index, boolean created) {}

    /**
     * Asks for an index; one that is there already stays.
     *
     * @throws NotFound when the model is unknown
     * @throws Conflict when there are too many
     */
    public Change put(String modelId, String key, String actor) {
        return jdbi.inTransaction(handle -> {
            handle.execute(MetadataSql.LOCK_INDEXES);
            Seen.of(handle, modelId);
            Optional<MetadataIndex> there = find(handle, modelId, key);
            if (there.isPresent()) {
                return new Change(there.get(), false);
            }
            checkNumber(handle, modelId);
            handle.createUpdate(MetadataSql.ADD)
                    .bind("modelId", modelId)
                    .bind("key", key)
                    .bind("actor", actor)
                    .execute();
            ControlLog.audit(handle, actor, "metadata_index.create", modelId, null, entry(key));
            return new Change(find(handle, modelId, key).orElseThrow(), true);
        });
    }

    /**
     * Has an index dropped, and says what it was.
     *
     * @throws NotFound when there is none
     */
    public MetadataIndex delete(String modelId, String key, String actor) {
        return jdbi.inTransaction(handle -> {
            Seen.of(handle, modelId);
            MetadataIndex there = find(handle, modelId, key).orElseThrow(() -> missing(modelId, key));
            handle.createUpdate(MetadataSql.DROP_LATER)
                    .bind("modelId", modelId)
                    .bind("key", key)
                    .execute();
            ControlLog.audit(handle, actor, "metadata_index.delete", modelId, entry(key), null);
            return there;
        });
    }

    /**
     * One of them.
     *
     * @throws NotFound when there is none
     */
    public MetadataIndex read(String modelId, String key) {
        return jdbi.withHandle(handle -> {
            Seen.of(handle, modelId);
            return find(handle, modelId, key).orElseThrow(() -> missing(modelId, key));
        });
    }

    /** All of a model, by key; there are few. */
    public List<MetadataIndex> list(String modelId) {
        return jdbi.withHandle(handle -> {
            Seen.of(handle, modelId);
            return handle.createQuery(MetadataSql.OF_MODEL)
                    .bind("modelId", modelId)
                    .map((row, context) -> index(row))
                    .list();
        });
    }

    private static Optional<MetadataIndex> find(Handle handle, String modelId, String key) {
        return handle.createQuery(MetadataSql.ONE)
                .bind("modelId", modelId)
                .bind("key", key)
                .map((row, context) -> index(row))
                .findOne();
    }

    private static void checkNumber(Handle handle, String modelId) {
        handle.createQuery(MetadataSql.HOW_MANY)
                .bind("modelId", modelId)
                .map((row, context) -> {
                    if (row.getLong("of_model") >= MOST_OF_MODEL) {
                        throw new Conflict("model '" + modelId + "' has " + MOST_OF_MODEL
                                + " metadata indexes, which is the most: delete one first");
                    }
                    if (row.getLong("of_all") >= MOST_OF_ALL) {
                        throw new Conflict("there are " + MOST_OF_ALL
                                + " metadata indexes in all, which is the most: delete one first");
                    }
                    return true;
                })
                .one();
    }

    static MetadataIndex index(ResultSet row) throws SQLException {
        return new MetadataIndex(
                row.getLong("index_id"),
                row.getString("model_id"),
                row.getString("key"),
                MetadataIndex.State.of(row.getString("state")),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("ready_at", OffsetDateTime.class)),
                row.getString("problem"));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static String entry(String key) {
        return "{\"key\":\"" + key + "\"}";
    }

    private static NotFound missing(String modelId, String key) {
        return new NotFound(NotFound.What.SETTING, "model '" + modelId + "' has no metadata index '" + key + "'");
    }
}
