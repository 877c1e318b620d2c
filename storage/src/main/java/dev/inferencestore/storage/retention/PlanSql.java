package dev.inferencestore.storage.retention;

/** Statements that ask what is due, of many models at once. Times are microseconds. */
final class PlanSql {
    /**
     * Whether something of a range of event time is stored: hours say where to look, so nothing is read where there is
     * none. Inputs of rows that were kept aside as conflicts are in segments only.
     */
    private static final String SOMETHING_LEFT = """
            (EXISTS (SELECT 1 FROM retention_claims c WHERE c.model_id = d.model_id)
             OR (d.delete_action = 'hard' AND EXISTS (
                SELECT 1 FROM holds h WHERE h.model_id = d.model_id AND h.lifted_seq IS NOT NULL))
             OR (d.delete_action = 'hard' AND EXISTS (
                SELECT 1 FROM segments s
                WHERE s.model_id = d.model_id AND s.kind = 'input' AND s.max_created_at >= d.blob_from
                  AND s.max_created_at < d.blob_cutoff))
             OR EXISTS (
                SELECT 1 FROM model_hours h
                CROSS JOIN LATERAL (
                    SELECT 1 FROM inferences i
                    WHERE i.model_id = d.model_id AND i.created_at >= greatest(h.hour, d.record_from)
                      AND i.created_at < least(h.hour + interval '1 hour', d.record_cutoff) LIMIT 1) r
                WHERE h.model_id = d.model_id AND h.records > 0 AND h.hour > d.record_from - interval '1 hour'
                  AND h.hour < d.record_cutoff AND h.oldest < d.record_cutoff AND h.newest >= d.record_from)
             OR EXISTS (
                SELECT 1 FROM model_hours h
                CROSS JOIN LATERAL (
                    SELECT 1 FROM inferences i
                    WHERE i.model_id = d.model_id AND i.created_at >= greatest(h.hour, d.blob_from)
                      AND i.created_at < least(h.hour + interval '1 hour', d.blob_cutoff)
                      AND i.input_segment IS NOT NULL LIMIT 1) r
                WHERE h.model_id = d.model_id AND h.inputs > 0 AND h.hour > d.blob_from - interval '1 hour'
                  AND h.hour < d.blob_cutoff AND h.oldest < d.blob_cutoff AND h.newest >= d.blob_from))
            """;

    /** A timer may be early, since clocks differ: its time counts as come within 2 s and a tenth of the interval. */
    private static final String SOON =
            "clock_timestamp() + least(2000, p.automated_interval * 100) * interval '1 millisecond'";

    /**
     * The next time keeps the anchor's phase, however many were missed. When it is due is by the database's clock; what is
     * past its age, by the earlier one. For a SOFT run, what is hidden is done, unless a run failed over it.
     */
    static final String EVALUATE = """
            WITH come AS (
                SELECT p.model_id, %1$s AS soon FROM retention_policies p
                WHERE p.model_id = ANY (:modelIds) AND NOT p.deleted AND NOT p.paused AND p.next_run_at <= %1$s
                ORDER BY p.model_id FOR UPDATE),
            moved AS (
                UPDATE retention_policies p
                SET last_evaluated_at = clock_timestamp(), evaluated_version = p.version,
                    next_run_at = p.anchor + (floor(extract(epoch FROM c.soon - p.anchor) / p.automated_interval) + 1)
                                  * p.automated_interval * interval '1 second'
                FROM come c WHERE p.model_id = c.model_id
                RETURNING p.*),
            due AS (
                SELECT m.model_id, m.policy_id, m.version, m.delete_action,
                       coalesce(n.now - m.record_age * interval '1 second', '-infinity') AS record_cutoff,
                       coalesce(n.now - m.blob_age * interval '1 second', '-infinity') AS blob_cutoff,
                       CASE WHEN n.hidden THEN f.record_visible ELSE f.record_hard END AS record_from,
                       CASE WHEN n.hidden THEN f.blob_visible ELSE f.blob_hard END AS blob_from
                FROM moved m JOIN floors f USING (model_id)
                CROSS JOIN LATERAL (
                    SELECT least(at_micros(:now), clock_timestamp()) AS now,
                           m.delete_action = 'soft'
                           AND NOT EXISTS (SELECT 1 FROM retention_tasks t
                                           WHERE t.model_id = m.model_id AND t.state = 'failed'
                                             AND (t.record_hides > '-infinity' OR t.blob_hides > '-infinity')) AS hidden) n
                WHERE NOT EXISTS (SELECT 1 FROM retention_tasks t
                                  WHERE t.model_id = m.model_id AND t.state IN ('pending', 'running')
                                    AND NOT t.dry_run AND t.trigger <> 'erase'))
            INSERT INTO retention_tasks (task_id, model_id, policy_id, policy_version, trigger, delete_action, state,
                                         requested_by, created_at)
            SELECT gen_random_uuid(), d.model_id, d.policy_id, d.version, 'automated', d.delete_action, 'pending', 'job',
                   clock_timestamp()
            FROM due d WHERE %2$s
            """.formatted(SOON, SOMETHING_LEFT);

    /**
     * A purge for each SOFT task whose grace is over, in their order. One that failed is not tried again at once, nor one
     * that a person cancelled, who may want to restore.
     */
    static final String MAKE_PURGES = """
            INSERT INTO retention_tasks (task_id, model_id, policy_id, policy_version, trigger, delete_action, state,
                                         requested_by, purge_of, created_at)
            SELECT gen_random_uuid(), s.model_id, p.policy_id, p.version, 'purge', 'hard', 'pending', 'job', s.task_id,
                   clock_timestamp()
                       + row_number() OVER (PARTITION BY s.model_id ORDER BY s.created_at) * interval '1 microsecond'
            FROM retention_tasks s JOIN retention_policies p USING (model_id)
            WHERE s.model_id = ANY (:modelIds) AND s.restorable_until <= least(at_micros(:now), clock_timestamp())
              AND NOT s.purged AND NOT s.undone
              AND NOT EXISTS (SELECT 1 FROM retention_tasks t
                              WHERE t.model_id = s.model_id AND t.purge_of = s.task_id
                                AND (t.state IN ('pending', 'running')
                                     OR ((t.state = 'failed' OR t.error = :cancelled)
                                         AND t.finished_at > clock_timestamp() - interval '15 minutes')))
            ON CONFLICT (purge_of) WHERE state IN ('pending', 'running') DO NOTHING
            """;

    /**
     * What lifted holds kept goes with the next run that removes. Where there is none, since the policy is a SOFT one or
     * there is none any more, it goes after the grace in which the hold can be placed again; at once where the model is
     * unregistered.
     */
    static final String MAKE_LEFT_BEHIND = """
            INSERT INTO retention_tasks (task_id, model_id, trigger, delete_action, state, requested_by, created_at)
            SELECT gen_random_uuid(), m.model_id, 'purge', 'hard', 'pending', 'job', clock_timestamp()
            FROM models m
            WHERE m.model_id = ANY (:modelIds)
              AND EXISTS (SELECT 1 FROM holds h
                          WHERE h.model_id = m.model_id AND h.lifted_seq IS NOT NULL
                            AND (m.deleted OR h.lifted_at <= clock_timestamp() - :graceSeconds * interval '1 second'))
              AND NOT EXISTS (SELECT 1 FROM retention_tasks t
                              WHERE t.model_id = m.model_id AND t.delete_action = 'hard' AND NOT t.dry_run
                                AND (t.filter IS NULL OR t.whole_model)
                                AND (t.state IN ('pending', 'running')
                                     OR (t.state = 'failed' AND t.finished_at > clock_timestamp() - interval '15 minutes')))
            """;

    /** A model that is unregistered has a task until what it stored is erased. */
    static final String MAKE_UNREGISTERING = """
            INSERT INTO retention_tasks (task_id, model_id, trigger, delete_action, state, requested_by, whole_model,
                                         created_at)
            SELECT gen_random_uuid(), m.model_id, 'erase', 'hard', 'pending', 'job', true, clock_timestamp()
            FROM models m
            WHERE m.model_id = ANY (:modelIds) AND m.deleting
              AND NOT EXISTS (SELECT 1 FROM retention_tasks t
                              WHERE t.model_id = m.model_id AND t.whole_model
                                AND (t.state IN ('pending', 'running')
                                     OR t.finished_at > clock_timestamp() - interval '15 minutes'))
            """;

    static final String MODELS_WITH_TASKS = """
            SELECT DISTINCT t.model_id FROM retention_tasks t LEFT JOIN retention_leases l USING (model_id)
            WHERE t.state IN ('pending', 'running')
              AND (l.model_id IS NULL OR l.until < clock_timestamp())
              AND abs(hashtext(t.model_id) % :shares) = :share
            LIMIT :limit
            """;

    /** Due: to be evaluated, which many models share a statement for. Waits: somebody has to go there. */
    static final String KNOWN = """
            SELECT m.model_id, m.control_version, f.generation,
                   coalesce((extract(epoch FROM p.anchor) * 1000)::bigint, 0) AS anchor,
                   CASE WHEN p.model_id IS NULL OR p.paused THEN 0 ELSE p.automated_interval * 1000 END AS interval_millis,
                   coalesce(p.next_run_at <= clock_timestamp(), false) OR d.model_id IS NOT NULL AS due,
                   w.model_id IS NOT NULL AS waits
            FROM models m JOIN floors f USING (model_id)
            LEFT JOIN retention_policies p ON p.model_id = m.model_id AND NOT p.deleted
            LEFT JOIN (SELECT DISTINCT model_id FROM retention_tasks
                       WHERE restorable_until <= clock_timestamp() AND NOT purged AND NOT undone
                       UNION SELECT model_id FROM models WHERE deleting
                       UNION SELECT h.model_id FROM holds h JOIN models u USING (model_id)
                       WHERE h.lifted_seq IS NOT NULL
                         AND (u.deleted OR h.lifted_at <= clock_timestamp() - :graceSeconds * interval '1 second')) d
                   ON d.model_id = m.model_id
            LEFT JOIN (SELECT model_id FROM retention_claims
                       UNION SELECT model_id FROM erased_inferences WHERE removed_at IS NULL
                       UNION SELECT model_id FROM retention_tasks WHERE copies_due
                       UNION SELECT model_id FROM segments WHERE state IN ('to_scrub', 'deleting')) w
                   ON w.model_id = m.model_id
            WHERE p.model_id IS NOT NULL OR d.model_id IS NOT NULL OR w.model_id IS NOT NULL
            """;

    /**
     * The oldest record and the oldest input of each model with automated runs, against what its policy allows. What is
     * below the hard floor is held, or claimed and about to go.
     */
    static final String LATENESS = """
            SELECT greatest(extract(epoch FROM at_micros(:now) - o.oldest), 0)
                       - o.allowed AS late, o.model_id
            FROM (
                SELECT p.model_id, least(greatest(r.oldest, f.record_hard), c.from_time) AS oldest,
                       p.record_age + CASE p.delete_action WHEN 'soft' THEN :graceSeconds ELSE 0 END AS allowed
                FROM retention_policies p JOIN floors f USING (model_id)
                CROSS JOIN LATERAL (SELECT h.oldest FROM model_hours h
                                    WHERE h.model_id = p.model_id AND h.records > 0
                                      AND h.hour > f.record_hard - interval '1 hour'
                                    ORDER BY h.hour LIMIT 1) r
                LEFT JOIN retention_claims c ON c.model_id = p.model_id AND c.kind = 'records' AND c.from_time > '-infinity'
                WHERE NOT p.deleted AND NOT p.paused AND p.automated_interval > 0 AND p.record_age IS NOT NULL
                UNION ALL
                SELECT p.model_id, greatest(i.oldest, f.blob_hard),
                       p.blob_age + CASE p.delete_action WHEN 'soft' THEN :graceSeconds ELSE 0 END
                FROM retention_policies p JOIN floors f USING (model_id)
                CROSS JOIN LATERAL (SELECT h.oldest FROM model_hours h
                                    WHERE h.model_id = p.model_id AND h.inputs > 0
                                      AND h.hour > f.blob_hard - interval '1 hour'
                                    ORDER BY h.hour LIMIT 1) i
                WHERE NOT p.deleted AND NOT p.paused AND p.automated_interval > 0 AND p.blob_age IS NOT NULL) o
            WHERE extract(epoch FROM at_micros(:now) - o.oldest) > o.allowed
            ORDER BY 1 DESC LIMIT 1
            """;

    /** Receipts stay as long as is asked, with their tasks. */
    static final String FORGET_RECEIPTS = """
            WITH old AS (
                DELETE FROM retention_tasks t
                WHERE t.trigger = 'erase' AND t.state IN ('complete', 'failed', 'cancelled') AND NOT t.copies_due
                  AND t.finished_at < clock_timestamp() - :seconds * interval '1 second'
                  AND NOT EXISTS (SELECT 1 FROM retention_claims c WHERE c.task_id = t.task_id)
                  AND NOT EXISTS (SELECT 1 FROM erased_inferences r WHERE r.task_id = t.task_id AND r.removed_at IS NULL)
                RETURNING t.task_id)
            DELETE FROM erased_inferences r USING old WHERE r.task_id = old.task_id
            """;

    /** All that was created up to a tombstone's time is refused by the floor anyway, but for what holds let in. */
    static final String FORGET_TOMBSTONES = """
            DELETE FROM tombstones t USING floors f
            WHERE f.model_id = t.model_id AND t.erased_at < f.record_hard
              AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.model_id = t.model_id)
              AND NOT EXISTS (SELECT 1 FROM erased_inferences r
                              WHERE r.model_id = t.model_id AND r.inference_id = t.inference_id AND r.removed_at IS NULL)
            """;

    static final String FORGET_TASKS = """
            DELETE FROM retention_tasks t
            WHERE (t.trigger <> 'erase' OR t.dry_run)
              AND t.finished_at < clock_timestamp() - :seconds * interval '1 second'
              AND t.state IN ('complete', 'failed', 'cancelled')
              AND (t.purged OR (t.record_hides = '-infinity' AND t.blob_hides = '-infinity'))
              AND (t.restorable_until IS NULL OR t.purged OR t.undone)
              AND NOT EXISTS (SELECT 1 FROM retention_claims c WHERE c.task_id = t.task_id)
              AND NOT EXISTS (SELECT 1 FROM retention_tasks r
                              WHERE r.model_id = t.model_id AND r.state IN ('pending', 'running')
                                AND t.task_id IN (r.dry_run_id, r.purge_of))
            """;

    private PlanSql() {}
}
