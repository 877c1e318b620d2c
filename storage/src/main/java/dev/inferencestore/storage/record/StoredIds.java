package dev.inferencestore.storage.record;

import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Which ids have rows. */
public final class StoredIds {
    private static final int MOST = 10;

    /** Each id is looked up by itself (OFFSET 0 keeps the planner from reading all that the model has). */
    private static final String UNKNOWN = """
            SELECT k.inference_id FROM unnest(CAST(:ids AS text[])) AS k(inference_id)
            WHERE NOT EXISTS (SELECT 1 FROM inferences i
                              WHERE i.model_id = :modelId AND i.inference_id = k.inference_id OFFSET 0)
            ORDER BY 1 LIMIT :most
            """;

    private StoredIds() {}

    /** Those of which nothing is stored, at most {@value #MOST} of them. */
    public static List<String> unknown(Handle handle, String modelId, Collection<String> ids) {
        return handle.createQuery(UNKNOWN)
                .bind("modelId", modelId)
                .bindArray("ids", String.class, ids.toArray())
                .bind("most", MOST)
                .mapTo(String.class)
                .list();
    }
}
