package dev.inferencestore.storage.replay;

/** Statements over {@code storage_switches}. */
final class SwitchSql {
    static final String ADD = """
            INSERT INTO storage_switches (model_id, at, change, actor)
            VALUES (:modelId, clock_timestamp(), :change, :actor)
            """;

    private static final String SWITCHES = """
            SELECT model_id, micros(at) AS at, change FROM storage_switches
            """;

    static final String ALL = SWITCHES + "ORDER BY model_id, switch_id";

    static final String OF_MODEL = SWITCHES + "WHERE model_id = :modelId ORDER BY switch_id";

    static final String LAST_ENABLED = """
            SELECT coalesce(max(switch_id), 0) FROM storage_switches WHERE model_id = :modelId AND enabled
            """;

    private SwitchSql() {}
}
