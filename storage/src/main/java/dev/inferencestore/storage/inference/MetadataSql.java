package dev.inferencestore.storage.inference;

/** Statements that change metadata of what is stored, and that index keys of it. Times are microseconds. */
final class MetadataSql {
    static final String LOCK_ROW = """
            SELECT ARRAY(SELECT jsonb_object_keys(i.metadata)) AS keys, coalesce(i.added_keys, '{}') AS added
            FROM inferences i
            WHERE i.model_id = :modelId AND i.inference_id = :inferenceId AND i.created_at = at_micros(:createdAt)
              AND i.part = :part FOR UPDATE
            """;

    static final String CHANGE_ROW = """
            UPDATE inferences i
            SET metadata = (coalesce(i.metadata, '{}') - CAST(:removed AS text[])) || CAST(:values AS jsonb),
                added_keys = CAST(:added AS text[])
            WHERE i.model_id = :modelId AND i.inference_id = :inferenceId AND i.created_at = at_micros(:createdAt)
              AND i.part = :part
            RETURNING octet_length(i.metadata::text)
            """;

    static final String READY_KEYS = """
            SELECT key FROM metadata_indexes WHERE model_id = :modelId AND state = 'ready'
            """;

    private static final String INDEXES = """
            SELECT index_id, model_id, key, state, created_by, created_at, ready_at, problem FROM metadata_indexes
            """;

    static final String OF_MODEL = INDEXES + "WHERE model_id = :modelId AND state <> 'dropping' ORDER BY key";

    static final String ONE = INDEXES + "WHERE model_id = :modelId AND key = :key AND state <> 'dropping'";

    static final String UNFINISHED = INDEXES + "WHERE state <> 'ready' ORDER BY index_id";

    /** Those of all models, under the lock of their table, so that no two callers each make the last one allowed. */
    static final String LOCK_INDEXES = "LOCK TABLE metadata_indexes IN SHARE ROW EXCLUSIVE MODE";

    static final String HOW_MANY = """
            SELECT count(*) FILTER (WHERE model_id = :modelId) AS of_model, count(*) AS of_all
            FROM metadata_indexes WHERE state <> 'dropping'
            """;

    static final String ADD = """
            INSERT INTO metadata_indexes (model_id, key, state, created_by) VALUES (:modelId, :key, 'building', :actor)
            """;

    static final String DROP_LATER = """
            UPDATE metadata_indexes SET state = 'dropping', problem = NULL
            WHERE model_id = :modelId AND key = :key AND state <> 'dropping'
            """;

    /** Nothing of a model that is unregistered is looked for any more. */
    static final String DROP_OF_UNREGISTERED = """
            UPDATE metadata_indexes x SET state = 'dropping'
            FROM models m WHERE m.model_id = x.model_id AND m.deleted AND NOT m.deleting AND x.state <> 'dropping'
            """;

    static final String READY = """
            UPDATE metadata_indexes SET state = 'ready', ready_at = clock_timestamp(), problem = NULL
            WHERE index_id = :id AND state = 'building'
            """;

    static final String PROBLEM = """
            UPDATE metadata_indexes SET problem = :problem WHERE index_id = :id
            """;

    static final String GONE = """
            DELETE FROM metadata_indexes WHERE index_id = :id AND state = 'dropping'
            """;

    /** One process builds at a time. The lock ends with its connection. */
    static final String TRY_BUILDER = "SELECT pg_try_advisory_lock(1768846963, 1001)";

    /** The index of the whole table, which is none before every partition has its own; made at once, reading nothing. */
    static final String CREATE_WHOLE = """
            CREATE INDEX IF NOT EXISTS metadata_%1$d ON ONLY inferences (jsonb_hash_extended(metadata -> '%3$s', 0), created_at)
            WHERE model_id = '%2$s' AND (metadata -> '%3$s') IS NOT NULL
            """;

    /** Partitions that have no part of the index yet. */
    static final String PARTITIONS_LEFT = """
            SELECT p.relname FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid
            WHERE h.inhparent = 'inferences'::regclass
              AND NOT EXISTS (SELECT 1 FROM pg_inherits x JOIN pg_index i ON i.indexrelid = x.inhrelid
                              WHERE x.inhparent = to_regclass(:whole) AND i.indrelid = p.oid)
            ORDER BY p.relname
            """;

    /** Writers go on meanwhile. One that a crash left unfinished is of no use. */
    static final String DROP_PART = "DROP INDEX CONCURRENTLY IF EXISTS metadata_%1$d_%2$s";

    static final String CREATE_PART = """
            CREATE INDEX CONCURRENTLY metadata_%1$d_%2$s ON %2$s (jsonb_hash_extended(metadata -> '%4$s', 0), created_at)
            WHERE model_id = '%3$s' AND (metadata -> '%4$s') IS NOT NULL
            """;

    static final String ATTACH = "ALTER INDEX metadata_%1$d ATTACH PARTITION metadata_%1$d_%2$s";

    static final String DROP_WHOLE = "DROP INDEX IF EXISTS metadata_%1$d";

    static final String PARTS_LEFT = """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relkind = 'i' AND c.relname LIKE 'metadata\\_' || :id || '\\_%'
            """;

    private MetadataSql() {}
}
