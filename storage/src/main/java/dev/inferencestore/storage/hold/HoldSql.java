package dev.inferencestore.storage.hold;

/** Every statement that places, lifts and shows holds. What removes has its own, which ask whether a row is held. */
final class HoldSql {
    private static final String COLUMNS = """
            SELECT h.*, micros(h.start_time) AS start_micros,
                   CASE WHEN isfinite(h.end_time) THEN micros(h.end_time) ELSE 9223372036854775807 END AS end_micros,
                   ARRAY(SELECT k.inference_id FROM hold_inferences k WHERE k.hold_seq = h.hold_seq ORDER BY 1) AS ids
            FROM holds h
            """;

    static final String HOLD = COLUMNS + """
            WHERE h.model_id = :modelId AND h.hold_id = :holdId AND h.lifted_seq IS NULL
            """;

    static final String LIST = COLUMNS + """
            WHERE h.model_id = :modelId AND h.lifted_seq IS NULL AND h.hold_id > :after
            ORDER BY h.hold_id LIMIT :limit
            """;

    /** A model that is gone but for what is held keeps its holds. */
    static final String TAKES_HOLDS = """
            SELECT EXISTS (SELECT 1 FROM models m
                           WHERE m.model_id = :modelId
                             AND (NOT m.deleted OR m.deleting
                                  OR EXISTS (SELECT 1 FROM holds h WHERE h.model_id = m.model_id)))
            """;

    static final String ADD = """
            INSERT INTO holds (model_id, hold_id, reason, scope, start_time, end_time, record_floor, blob_floor,
                               placed_by, placed_at)
            VALUES (:modelId, :holdId, :reason, :scope, at_micros(:start),
                    CASE WHEN :end = 9223372036854775807 THEN 'infinity' ELSE at_micros(:end) END,
                    at_micros(:recordFloor), at_micros(:blobFloor), :actor, clock_timestamp())
            RETURNING hold_seq
            """;

    static final String ADD_IDS = """
            INSERT INTO hold_inferences (hold_seq, model_id, inference_id)
            SELECT :holdSeq, :modelId, unnest(CAST(:ids AS text[]))
            """;

    static final String CHANGE_REASON = """
            UPDATE holds SET reason = :reason WHERE model_id = :modelId AND hold_id = :holdId AND lifted_seq IS NULL
            """;

    static final String LIFT = """
            UPDATE holds SET lifted_seq = nextval('hold_changes'), lifted_at = clock_timestamp()
            WHERE model_id = :modelId AND hold_id = :holdId AND lifted_seq IS NULL
            """;

    /**
     * Holds that were lifted and keep nothing back: no run has come so far. While a slice is claimed they stay, since it
     * goes by the holds of when it was claimed.
     */
    static final String FORGET_LIFTED = """
            DELETE FROM holds h USING floors f
            WHERE h.model_id = :modelId AND f.model_id = h.model_id AND h.lifted_seq IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM retention_claims c WHERE c.model_id = h.model_id)
              AND (greatest(f.record_hard, f.blob_hard) = '-infinity'
                   OR h.lifted_seq = (SELECT max(o.lifted_seq) FROM holds o WHERE o.model_id = h.model_id))
              AND NOT EXISTS (SELECT 1 FROM inferences i
                              WHERE h.scope <> 'inferences' AND i.model_id = h.model_id AND i.created_at >= h.start_time
                                AND i.created_at < least(h.end_time, greatest(f.record_hard, f.blob_hard)))
              AND NOT EXISTS (SELECT 1 FROM hold_inferences k JOIN inferences i USING (model_id, inference_id)
                              WHERE k.hold_seq = h.hold_seq AND i.created_at < greatest(f.record_hard, f.blob_hard))
            """;

    /** Of some ids, those that an erase has claimed and is about to take. */
    static final String BEING_ERASED = """
            SELECT e.inference_id FROM erased_inferences e
            WHERE e.model_id = :modelId AND e.removed_at IS NULL AND e.inference_id = ANY (CAST(:ids AS text[]))
            ORDER BY 1 LIMIT 10
            """;

    private HoldSql() {}
}
