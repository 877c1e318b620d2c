package dev.inferencestore.storage.retention;

/** Statements of the overview of a project: one for each kind of thing, for all models of a page. */
final class OverviewSql {
    /** Models of the project that have, or hold back, something. */
    static final String MODELS = """
            SELECT m.model_id, m.name, m.deleted, m.deleting,
                   (SELECT count(*) FROM holds h WHERE h.model_id = m.model_id AND h.lifted_seq IS NULL) AS holds,
                   (SELECT count(*) FROM retention_tasks t
                    WHERE t.model_id = m.model_id AND t.trigger = 'erase' AND NOT t.dry_run) AS erasures
            FROM models m
            WHERE m.project_id = :projectId AND m.model_id > :after
              AND (NOT m.deleted OR m.deleting
                   OR EXISTS (SELECT 1 FROM holds h WHERE h.model_id = m.model_id AND h.lifted_seq IS NULL))
            ORDER BY m.model_id LIMIT :limit
            """;

    /**
     * The first holds of each model, and what the first of all of these keep: whole hours are added up, hours that a hold
     * cuts and ids are counted up to a bound.
     */
    static final String HOLDS = """
            WITH shown AS MATERIALIZED (
                SELECT h.*, row_number() OVER (ORDER BY h.model_id, h.hold_id) <= :mostCounted AS counts,
                       date_trunc('hour', h.start_time + interval '1 hour' - interval '1 microsecond', 'UTC') AS first_hour,
                       date_trunc('hour', h.end_time, 'UTC') AS last_hour
                FROM unnest(CAST(:modelIds AS text[])) AS m(model_id)
                CROSS JOIN LATERAL (
                    SELECT * FROM holds h WHERE h.model_id = m.model_id AND h.lifted_seq IS NULL
                    ORDER BY h.hold_id LIMIT :most) h)
            SELECT h.model_id, h.hold_id, h.reason, h.scope, h.placed_by, h.placed_at, h.counts, n.ids,
                   micros(h.start_time) AS start_micros,
                   CASE WHEN isfinite(h.end_time) THEN micros(h.end_time) ELSE 9223372036854775807 END AS end_micros,
                   hours.records + cut.records AS records, hours.inputs + cut.inputs AS inputs, cut.more
            FROM shown h
            CROSS JOIN LATERAL (
                SELECT count(*) AS ids FROM hold_inferences k WHERE k.hold_seq = h.hold_seq) n
            LEFT JOIN LATERAL (
                SELECT coalesce(sum(s.records), 0)::bigint AS records, coalesce(sum(s.inputs), 0)::bigint AS inputs
                FROM model_hours s
                WHERE h.scope <> 'inferences' AND s.model_id = h.model_id
                  AND s.hour >= h.first_hour AND s.hour < h.last_hour) hours ON h.counts
            LEFT JOIN LATERAL (
                SELECT count(*) AS records, count(s.segment_id) AS inputs, count(*) >= :mostRows AS more
                FROM ((SELECT i.input_segment FROM inferences i
                       WHERE h.scope = 'time' AND i.model_id = h.model_id
                         AND i.created_at >= h.start_time AND i.created_at < least(h.first_hour, h.end_time)
                       LIMIT :mostRows)
                      UNION ALL
                      (SELECT i.input_segment FROM inferences i
                       WHERE h.scope = 'time' AND i.model_id = h.model_id
                         AND i.created_at >= greatest(h.first_hour, h.last_hour) AND i.created_at < h.end_time
                       LIMIT :mostRows)
                      UNION ALL
                      (SELECT i.input_segment FROM hold_inferences k
                       JOIN inferences i ON i.model_id = k.model_id AND i.inference_id = k.inference_id
                       WHERE h.scope = 'inferences' AND k.hold_seq = h.hold_seq
                       LIMIT :mostRows)
                      LIMIT :mostRows) r
                LEFT JOIN segments s ON s.segment_id = r.input_segment) cut ON h.counts
            ORDER BY h.model_id, h.hold_id
            """;

    /** The last erasures of each model. What they meant can be long and is on the task. */
    static final String ERASURES = """
            SELECT e.* FROM unnest(CAST(:modelIds AS text[])) AS m(model_id)
            CROSS JOIN LATERAL (
                SELECT t.model_id, t.task_id, t.requested_by, t.created_at, t.state, t.whole_model, t.records_deleted,
                       t.blobs_deleted, t.blob_bytes, t.held, t.final_at
                FROM retention_tasks t
                WHERE t.model_id = m.model_id AND t.trigger = 'erase' AND NOT t.dry_run
                ORDER BY t.created_at DESC, t.task_id DESC LIMIT :most) e
            ORDER BY e.model_id, e.created_at DESC, e.task_id DESC
            """;

    /** The last tasks of each model that failed since a day ago. */
    static final String FAILED = """
            SELECT f.* FROM (
                SELECT t.model_id, t.task_id, t.trigger, t.error, t.finished_at,
                       row_number() OVER (PARTITION BY t.model_id ORDER BY t.finished_at DESC, t.task_id) AS place
                FROM retention_tasks t
                WHERE t.model_id = ANY (CAST(:modelIds AS text[])) AND t.state = 'failed'
                  AND t.finished_at > clock_timestamp() - interval '24 hours') f
            WHERE f.place <= :most
            ORDER BY f.model_id, f.place
            """;

    private OverviewSql() {}
}
