package dev.inferencestore.storage.floor;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The floors of one model, and their lock, which orders inserts, runs, policies and everything that removes. */
public final class FloorRows {
    private FloorRows() {}

    /** Takes the lock until the transaction ends; empty where the model was never registered. Comes before every other lock. */
    public static Optional<Floors> lock(Handle handle, String modelId) {
        handle.createQuery(FloorSql.QUEUE).bind("modelId", modelId).mapToMap().one();
        return floors(handle, FloorSql.LOCK, modelId);
    }

    /** Reads them without the lock. */
    public static Optional<Floors> read(Handle handle, String modelId) {
        return floors(handle, FloorSql.READ, modelId);
    }

    /** Writes them, under the lock. */
    public static void write(Handle handle, String modelId, Floors floors) {
        handle.createUpdate(FloorSql.WRITE)
                .bind("modelId", modelId)
                .bind("recordVisible", floors.visible().records())
                .bind("recordHard", floors.hard().records())
                .bind("blobVisible", floors.visible().blobs())
                .bind("blobHard", floors.hard().blobs())
                .execute();
    }

    private static Optional<Floors> floors(Handle handle, String sql, String modelId) {
        return handle.createQuery(sql)
                .bind("modelId", modelId)
                .map((row, context) -> floors(row))
                .findOne();
    }

    private static Floors floors(ResultSet row) throws SQLException {
        return new Floors(
                new Cutoffs(row.getLong("record_visible"), row.getLong("blob_visible")),
                new Cutoffs(row.getLong("record_hard"), row.getLong("blob_hard")));
    }
}
