package dev.inferencestore.storage.retention;

import java.util.Map;
import java.util.TreeMap;

/** What is there of a model once all is done: every inference with what can be seen of it, and what the model itself is. */
final class Standing {
    private static final String INFERENCES = """
            SELECT i.inference_id,
                   string_agg(to_char(i.created_at, 'MI') || ' ' || i.part || ' '
                              || coalesce(v.input_state, 'hidden'), ', ' ORDER BY i.created_at, i.part) AS rows
            FROM inferences i
            LEFT JOIN visible_inferences v USING (model_id, inference_id, created_at, part)
            WHERE i.model_id = :modelId GROUP BY 1
            """;

    private static final String ASIDE = """
            SELECT c.inference_id || ' (aside)', count(s.segment_id) || ' inputs'
            FROM inference_conflicts c LEFT JOIN segments s ON s.segment_id = c.input_segment
            WHERE c.model_id = :modelId GROUP BY 1
            """;

    private static final String MODEL = """
            SELECT 'the model', concat_ws(' ', 'generation', f.generation, CASE WHEN m.deleted THEN 'unregistered' END,
                                          CASE WHEN m.deleting THEN 'deleting' END, m.task_type)
            FROM models m JOIN floors f USING (model_id) WHERE model_id = :modelId
            """;

    private static final String POLICY = """
            SELECT 'the policy', concat_ws(' ', delete_action, automated_interval, CASE WHEN paused THEN 'paused' END,
                                           CASE WHEN record_age IS NULL THEN 'keeps' END)
            FROM retention_policies WHERE model_id = :modelId AND NOT deleted
            """;

    private static final String HOLDS = """
            SELECT 'hold ' || hold_id, scope FROM holds WHERE model_id = :modelId AND lifted_seq IS NULL
            """;

    /** How the two actions ended. */
    static final String HELD = "[the one that is held open]";

    static final String OTHER = "[the other one]";

    private Standing() {}

    static Map<String, String> of(Scene scene, String held, String other) {
        Map<String, String> all = new TreeMap<>(Map.of(HELD, held, OTHER, other));
        scene.store.jdbi.useHandle(handle -> {
            for (String sql : new String[] {INFERENCES, ASIDE, MODEL, POLICY, HOLDS}) {
                handle.createQuery(sql)
                        .bind("modelId", scene.model)
                        .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                        .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
            }
        });
        return all;
    }
}
