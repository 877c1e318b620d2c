-- Retention: one policy a model, the tasks that carry it out, who works on a model, and what was claimed and is not yet
-- removed. Semantics are in docs/how-it-works.md.

-- One row a model that ever had a policy. After a DELETE the row stays, so that versions never repeat.
-- Ages and the interval are in seconds; an age that is null keeps for ever, an interval of 0 means manual runs only.
-- Event times are microseconds since 1970 in the programs, where the lowest number stands for -infinity.
CREATE FUNCTION micros(t timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN t = '-infinity' THEN (-9223372036854775808)::bigint
                ELSE (extract(epoch FROM t) * 1000000)::bigint END;
CREATE FUNCTION at_micros(m bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN m = (-9223372036854775808)::bigint THEN '-infinity'::timestamptz
                ELSE '1970-01-01T00:00:00Z'::timestamptz + m * interval '1 microsecond' END;

CREATE TABLE retention_policies (
    model_id           text PRIMARY KEY,
    policy_id          uuid        NOT NULL UNIQUE,
    version            bigint      NOT NULL,
    deleted            boolean     NOT NULL DEFAULT false,
    record_age         bigint CHECK (record_age BETWEEN 0 AND 3200000000),
    blob_age           bigint CHECK (blob_age BETWEEN 0 AND 3200000000),
    delete_action      text        NOT NULL CHECK (delete_action IN ('soft', 'hard')),
    automated_interval bigint      NOT NULL CHECK (automated_interval BETWEEN 0 AND 3200000000),
    -- Restoring what a SOFT task hid stops automated runs until the policy is next set.
    paused             boolean     NOT NULL DEFAULT false,
    -- Automated runs are due at this time and every interval after it.
    anchor             timestamptz NOT NULL,
    next_run_at        timestamptz,
    last_evaluated_at  timestamptz,
    evaluated_version  bigint,
    control_version    bigint      NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    CHECK (record_age IS NULL OR (blob_age IS NOT NULL AND record_age >= blob_age))
);
CREATE INDEX retention_policies_due ON retention_policies (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE retention_tasks (
    task_id            uuid PRIMARY KEY,
    model_id           text        NOT NULL,
    policy_id          uuid        NOT NULL,
    policy_version     bigint      NOT NULL,
    trigger            text        NOT NULL CHECK (trigger IN ('manual', 'automated', 'purge', 'erase')),
    dry_run            boolean     NOT NULL DEFAULT false,
    delete_action      text        NOT NULL CHECK (delete_action IN ('soft', 'hard')),
    state              text        NOT NULL CHECK (state IN ('pending', 'running', 'complete', 'failed', 'cancelled')),
    -- Why it failed or was cancelled.
    error              text,
    cancel_requested   boolean     NOT NULL DEFAULT false,
    requested_by       text        NOT NULL,
    -- The dry run whose cutoffs this run takes; the SOFT task that this purge follows.
    dry_run_id         uuid,
    purge_of           uuid,
    -- What it was asked to remove; null before it starts, -infinity for what it leaves alone.
    record_cutoff      timestamptz,
    blob_cutoff        timestamptz,
    -- The floors as they were before it: a SOFT task hid what is between these and the cutoffs.
    record_from        timestamptz,
    blob_from          timestamptz,
    -- Up to where it still hides; below the cutoffs once a policy shows again what it keeps.
    record_hides       timestamptz NOT NULL DEFAULT '-infinity',
    blob_hides         timestamptz NOT NULL DEFAULT '-infinity',
    undone             boolean     NOT NULL DEFAULT false,
    restorable_until   timestamptz,
    purged             boolean     NOT NULL DEFAULT false,
    records_matched    bigint      NOT NULL DEFAULT 0,
    records_deleted    bigint      NOT NULL DEFAULT 0,
    blobs_matched      bigint      NOT NULL DEFAULT 0,
    blobs_deleted      bigint      NOT NULL DEFAULT 0,
    blob_bytes         bigint      NOT NULL DEFAULT 0,
    objects_deleted    bigint      NOT NULL DEFAULT 0,
    held               bigint      NOT NULL DEFAULT 0,
    oldest             timestamptz,
    newest             timestamptz,
    created_at         timestamptz NOT NULL,
    started_at         timestamptz,
    finished_at        timestamptz
) WITH (fillfactor = 70);
CREATE INDEX retention_tasks_by_model ON retention_tasks (model_id, created_at, task_id);
CREATE INDEX retention_tasks_open ON retention_tasks (model_id, created_at) WHERE state IN ('pending', 'running');
CREATE UNIQUE INDEX retention_tasks_running ON retention_tasks (model_id) WHERE state = 'running';
-- However many ask at once, a SOFT task has one purge on its way.
CREATE UNIQUE INDEX retention_tasks_purging ON retention_tasks (purge_of) WHERE state IN ('pending', 'running');
-- Every purge of a SOFT task, also those that ended: asked for each SOFT task whose grace is over.
CREATE INDEX retention_tasks_purges ON retention_tasks (purge_of) WHERE purge_of IS NOT NULL;
CREATE INDEX retention_tasks_hiding ON retention_tasks (model_id)
    WHERE record_hides > '-infinity' OR blob_hides > '-infinity';
-- Runs that failed and still hide: the next run has what they hid to do again.
CREATE INDEX retention_tasks_failed ON retention_tasks (model_id)
    WHERE state = 'failed' AND (record_hides > '-infinity' OR blob_hides > '-infinity');
CREATE INDEX retention_tasks_to_purge ON retention_tasks (restorable_until) WHERE restorable_until IS NOT NULL AND NOT purged;
CREATE INDEX retention_tasks_finished ON retention_tasks (finished_at);

-- Who works on a model: one at a time. epoch grows with each owner, so one that was cut off is told apart.
CREATE TABLE retention_leases (
    model_id  text PRIMARY KEY,
    owner     text        NOT NULL,
    epoch     bigint      NOT NULL,
    until     timestamptz NOT NULL
) WITH (fillfactor = 70);

-- A slice that was claimed (the hard floor is past it) and is not yet removed: whoever works on the model next ends it.
CREATE TABLE retention_claims (
    model_id    text PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind IN ('blobs', 'records')),
    from_time   timestamptz NOT NULL,
    to_time     timestamptz NOT NULL,
    -- Its numbers are this task's.
    task_id     uuid        NOT NULL REFERENCES retention_tasks,
    claimed_at  timestamptz NOT NULL DEFAULT now()
);

-- Outcomes as CloudEvents that are not yet known to be published.
CREATE TABLE retention_outbox (
    event_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id    text        NOT NULL,
    event       text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- What a removal and a scrub look up by time and by segment.
CREATE INDEX inference_conflicts_by_time ON inference_conflicts (model_id, created_at);
CREATE INDEX audit_log_by_time ON audit_log (at);
