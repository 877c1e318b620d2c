package dev.inferencestore.storage.deadletter;

import java.util.Comparator;

/** Every statement about dead letters. */
final class DeadLetterSql {
    /** In the audit log. */
    static final String ACTION = "dead-letters.replay";

    static final Comparator<Replayed> BY_EVENT = Comparator.comparing(
                    (Replayed replayed) -> replayed.event().topic())
            .thenComparing(replayed -> replayed.event().partition())
            .thenComparing(replayed -> replayed.event().offset())
            .thenComparing(replayed -> replayed.event().millis());

    static final String REPLAYS = """
            SELECT r.* FROM dead_letter_replays r
            JOIN unnest(CAST(:topics AS text[]), CAST(:partitions AS integer[]), CAST(:offsets AS bigint[]),
                        CAST(:millis AS bigint[])) AS e(topic, partition, place, millis)
              ON r.event_topic = e.topic AND r.event_partition = e.partition AND r.event_offset = e.place
                 AND r.event_millis = e.millis
            """;

    static final String REMEMBER = """
            INSERT INTO dead_letter_replays AS r (event_topic, event_partition, event_offset, event_millis,
                                                  letter_partition, letter_offset, replayed_at, replayed_by, bytes_from)
            VALUES (:topic, :partition, :offset, :millis, :letterPartition, :letterOffset, clock_timestamp(), :by,
                    :bytesFrom)
            ON CONFLICT (event_topic, event_partition, event_offset, event_millis) DO UPDATE
            SET letter_partition = excluded.letter_partition, letter_offset = excluded.letter_offset,
                replayed_at = excluded.replayed_at, replayed_by = excluded.replayed_by,
                bytes_from = excluded.bytes_from, times = r.times + 1
            """;

    static final String FORGET = """
            DELETE FROM dead_letter_replays WHERE letter_partition = :partition AND letter_offset < :offset
            """;

    /**
     * Of the job that started last, which has taken over the totals of those before it, in its newest parallelism. A row
     * without a reason says that there is one.
     */
    static final String TOTALS = """
            WITH newest AS (
                SELECT job_id, parallelism FROM router_progress
                WHERE role = 'route' ORDER BY started_at DESC, heartbeat DESC LIMIT 1),
            subtasks AS (
                SELECT p.totals, p.heartbeat FROM router_progress p JOIN newest USING (job_id, parallelism)
                WHERE p.role = 'route' AND p.subtask < p.parallelism)
            SELECT NULL AS reason, 0::bigint AS count, max(heartbeat) AS at FROM subtasks HAVING count(*) > 0
            UNION ALL
            SELECT substr(t.key, length('dead_lettered.') + 1), sum(t.value::bigint)::bigint, max(s.heartbeat)
            FROM subtasks s, jsonb_each_text(s.totals) t
            WHERE starts_with(t.key, 'dead_lettered.')
              AND (CAST(:reason AS text) IS NULL OR t.key = 'dead_lettered.' || :reason)
            GROUP BY t.key
            ORDER BY reason NULLS FIRST
            """;

    private static final String OF_MODELS = """
            FROM model_ingest i
            WHERE i.outcome = 'dead_lettered'
              AND (CAST(:reason AS text) IS NULL OR i.reason = :reason)
              AND (CAST(:modelId AS text) IS NULL OR i.model_id = :modelId)
              AND (:all OR EXISTS (SELECT 1 FROM models m
                                   WHERE m.model_id = i.model_id AND m.project_id = ANY(:projects)))
            """;

    static final String MODELS_BY_REASON =
            "SELECT i.reason, sum(i.count)::bigint AS count " + OF_MODELS + "GROUP BY i.reason ORDER BY i.reason";

    static final String BY_MODEL = """
            SELECT i.model_id, i.reason, sum(i.count)::bigint AS count, max(i.last_at) AS last_at,
                   (array_agg(i.detail ORDER BY i.last_at DESC))[1] AS detail
            """ + OF_MODELS + """
            GROUP BY i.model_id, i.reason
            ORDER BY last_at DESC, i.model_id, i.reason
            LIMIT :limit
            """;

    private DeadLetterSql() {}
}
