package dev.inferencestore.storage.progress;

/** Every statement over progress and counts. */
final class ProgressSql {
    static final String ADD_INGEST = """
            INSERT INTO model_ingest AS i (model_id, outcome, reason, slot, count, detail)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (model_id, outcome, reason, slot) DO UPDATE
            SET count = i.count + excluded.count, last_at = now(), detail = coalesce(excluded.detail, i.detail)""";

    /** New names only while there is room for them: senders choose them. */
    static final String ADD_UNMATCHED = """
            INSERT INTO unmatched_sources AS u (name, topic, count)
            SELECT n.name, n.topic, n.count
            FROM unnest(?::text[], ?::text[], ?::bigint[]) AS n(name, topic, count)
            WHERE EXISTS (SELECT 1 FROM unmatched_sources k WHERE k.name = n.name)
               OR (SELECT count(*) FROM unmatched_sources) < ?
            ORDER BY n.name
            ON CONFLICT (name) DO UPDATE
            SET count = u.count + excluded.count, topic = excluded.topic, last_seen = now()""";

    static final String BEAT = """
            INSERT INTO router_progress AS p (job_id, role, subtask, parallelism, started_at, version, totals, heartbeat)
            VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, clock_timestamp())
            ON CONFLICT (job_id, role, subtask) DO UPDATE
            SET parallelism = excluded.parallelism, started_at = excluded.started_at, version = excluded.version,
                totals = excluded.totals, heartbeat = excluded.heartbeat""";

    static final String FORGET_OLD_JOBS = """
            DELETE FROM router_progress WHERE heartbeat < now() - interval '30 days'""";

    /** A heartbeat is fresh for 5 seconds, by the database's clock. */
    static final String FRESH_SUBTASKS = """
            SELECT job_id, role, subtask, parallelism, started_at, version
            FROM router_progress
            WHERE heartbeat > clock_timestamp() - interval '5 seconds'
            """;

    private ProgressSql() {}
}
