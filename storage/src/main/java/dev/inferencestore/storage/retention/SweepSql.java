package dev.inferencestore.storage.retention;

/** Statements of the sweep. */
final class SweepSql {
    static final String NOW = "SELECT clock_timestamp()";

    /** In another order every time, so that sweeps that are cut short come to every model in the end. */
    static final String MODELS = "SELECT model_id FROM floors ORDER BY random()";

    /** Of these objects, those that some row names, and whether all that name it are claims of a sweep. */
    static final String KNOWN = """
            SELECT o.object_key, bool_and(s.state = 'swept') AS claimed
            FROM unnest(CAST(:keys AS text[]), CAST(:segments AS uuid[])) AS o(object_key, segment_id)
            CROSS JOIN LATERAL (SELECT state FROM segments WHERE object_key = o.object_key
                                UNION ALL
                                SELECT state FROM segments WHERE segment_id = o.segment_id) s
            GROUP BY o.object_key
            """;

    /**
     * Whoever makes the row of a segment first has it: the writer that stores it or the sweep that deletes it. What the
     * segment held is not known, so the kind says nothing. In one order, since two sweeps may claim the same.
     */
    static final String CLAIM = """
            INSERT INTO segments (segment_id, model_id, kind, state, object_key, base_offset, length, min_created_at,
                                  max_created_at, entries)
            SELECT o.segment_id, :modelId, 'input', 'swept', o.object_key, 0, o.length,
                   timestamptz 'epoch' + o.hour * interval '1 hour', timestamptz 'epoch' + o.hour * interval '1 hour', 0
            FROM unnest(CAST(:segments AS uuid[]), CAST(:keys AS text[]), CAST(:lengths AS bigint[]),
                        CAST(:hours AS bigint[])) AS o(segment_id, object_key, length, hour)
            ORDER BY o.segment_id
            ON CONFLICT (segment_id) DO NOTHING
            RETURNING object_key
            """;

    static final String FORGET = """
            DELETE FROM segments
            WHERE model_id = :modelId AND state = 'swept'
              AND stored_at < clock_timestamp() - :seconds * interval '1 second'
              AND segment_id <> ALL (CAST(:stillThere AS uuid[]))
            """;

    /**
     * Erasures that had ended when the objects were stored that a sweep has been through: of a model with nothing left to
     * overwrite, no copy is left.
     */
    static final String FINAL = """
            UPDATE retention_tasks t SET final_at = clock_timestamp()
            WHERE t.trigger = 'erase' AND NOT t.dry_run AND t.state IN ('complete', 'failed', 'cancelled')
              AND t.final_at IS NULL AND t.finished_at < :before AND NOT t.copies_due
              AND NOT EXISTS (SELECT 1 FROM erased_inferences r WHERE r.task_id = t.task_id AND r.removed_at IS NULL)
              AND NOT EXISTS (SELECT 1 FROM segments s
                              WHERE s.model_id = t.model_id AND s.state IN ('to_scrub', 'deleting'))
              AND NOT EXISTS (SELECT 1 FROM models m WHERE m.model_id = t.model_id AND m.deleting)
            """;

    private SweepSql() {}
}
