-- What exists, what is visible, what may be deleted. Every key leads with model_id. Written down with reasons in
-- docs/how-it-works.md; the statements that use it are in one file a feature, named ...Sql.java.

CREATE TABLE models (
    model_id         text PRIMARY KEY,
    project_id       text        NOT NULL,
    task_type        text        NOT NULL,
    name             text,
    sources          jsonb       NOT NULL DEFAULT '[]',
    storage_enabled  boolean     NOT NULL DEFAULT false,
    -- Rows stay after unregistering, so that a late control record of an earlier version finds the newer one here.
    deleted          boolean     NOT NULL DEFAULT false,
    control_version  bigint      NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    updated_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX models_by_project ON models (project_id, model_id);

-- One row a model, never deleted. The lock that orders inserts, runs, erasures, holds and unregistering.
-- visible: hides everything below it. hard: claimed for removal, nothing is stored below it any more.
CREATE TABLE floors (
    model_id        text PRIMARY KEY,
    generation      bigint      NOT NULL DEFAULT 1,
    record_visible  timestamptz NOT NULL DEFAULT '-infinity',
    record_hard     timestamptz NOT NULL DEFAULT '-infinity',
    blob_visible    timestamptz NOT NULL DEFAULT '-infinity',
    blob_hard       timestamptz NOT NULL DEFAULT '-infinity',
    CHECK (record_visible >= record_hard),
    CHECK (blob_visible >= blob_hard)
) WITH (fillfactor = 70);

-- Events of an erased id that were created at or before erased_at are refused.
CREATE TABLE tombstones (
    model_id      text        NOT NULL,
    inference_id  text        NOT NULL,
    erased_at     timestamptz NOT NULL,
    PRIMARY KEY (model_id, inference_id)
);

-- A run of tar entries of one model and one hour of event time. object_key and base_offset say where it is, so that
-- segments can be merged into one object by changing this table alone.
CREATE TABLE segments (
    segment_id      uuid PRIMARY KEY,
    model_id        text        NOT NULL,
    kind            text        NOT NULL CHECK (kind IN ('input', 'output')),
    state           text        NOT NULL CHECK (state IN ('stored', 'deleting', 'swept', 'to_scrub')),
    object_key      text        NOT NULL,
    base_offset     bigint      NOT NULL DEFAULT 0,
    length          bigint      NOT NULL,
    min_created_at  timestamptz NOT NULL,
    max_created_at  timestamptz NOT NULL,
    entries         integer     NOT NULL,
    stored_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX segments_by_time ON segments (model_id, kind, max_created_at);
CREATE INDEX segments_by_object ON segments (object_key);
CREATE INDEX segments_unfinished ON segments (model_id, state) WHERE state <> 'stored';

-- One row per half seen. Where a part is too large for a row it is an entry in a segment: *_offset is where its bytes
-- begin in that segment.
CREATE TABLE inferences (
    model_id             text        NOT NULL,
    inference_id         text        NOT NULL,
    created_at           timestamptz NOT NULL,
    part                 text        NOT NULL CHECK (part IN ('request', 'response', 'both')),
    action               text,
    output               bytea,
    output_content_type  text,
    output_size          bigint      NOT NULL DEFAULT 0,
    output_segment       uuid,
    output_offset        bigint,
    metadata             jsonb,
    input_content_type   text,
    input_size           bigint,
    input_sha256         bytea,
    input_segment        uuid,
    input_offset         bigint,
    status_code          integer,
    source               text,
    duration_micros      bigint,
    policy_version       bigint,
    rule_version         bigint,
    -- Over everything that the sender said: the same key with another fingerprint is a conflict.
    fingerprint          bytea       NOT NULL,
    PRIMARY KEY (model_id, inference_id, created_at, part)
) PARTITION BY RANGE (created_at);
CREATE INDEX inferences_by_time ON inferences (model_id, created_at);

CREATE TABLE inferences_default PARTITION OF inferences DEFAULT
    WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05,
          autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1);

-- Same key, other content: kept aside, never dropped in silence, never instead of the first.
CREATE TABLE inference_conflicts (
    LIKE inferences,
    noticed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model_id, inference_id, created_at, part, fingerprint)
);

-- What lists, charts, previews and dry runs add up: kept in the inserting and removing transactions.
CREATE TABLE model_hours (
    model_id  text        NOT NULL,
    hour      timestamptz NOT NULL,
    slot      integer     NOT NULL,
    records   bigint      NOT NULL DEFAULT 0,
    inputs    bigint      NOT NULL DEFAULT 0,
    bytes     bigint      NOT NULL DEFAULT 0,
    oldest    timestamptz NOT NULL,
    newest    timestamptz NOT NULL,
    PRIMARY KEY (model_id, hour, slot)
) WITH (fillfactor = 70);

-- What became of a model's events. outcome is accepted, turned_away, dead_lettered (by event, from the router) or
-- inserted, already_there, refused, conflicting (by row, in the storing transaction); slot keeps writers apart.
CREATE TABLE model_ingest (
    model_id  text        NOT NULL,
    outcome   text        NOT NULL,
    reason    text        NOT NULL DEFAULT '',
    slot      integer     NOT NULL,
    count     bigint      NOT NULL DEFAULT 0,
    last_at   timestamptz NOT NULL DEFAULT now(),
    detail    text,
    PRIMARY KEY (model_id, outcome, reason, slot)
) WITH (fillfactor = 70);

-- Names in events that no model claims.
CREATE TABLE unmatched_sources (
    name        text PRIMARY KEY,
    topic       text        NOT NULL,
    count       bigint      NOT NULL DEFAULT 0,
    first_seen  timestamptz NOT NULL DEFAULT now(),
    last_seen   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);

-- Control records that are committed and not yet known to be published, in the order of their versions.
CREATE TABLE control_outbox (
    control_version  bigint PRIMARY KEY,
    model_id         text        NOT NULL,
    record           text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now()
);

-- The one counter of versions; its row is the lock under which they are drawn, so that they commit in order.
CREATE TABLE control_version (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    last  bigint NOT NULL DEFAULT 0
);
INSERT INTO control_version DEFAULT VALUES;

-- What each subtask of a job has applied (role route) and made durable (role store). totals: JSON, see how-it-works.
CREATE TABLE router_progress (
    job_id       text        NOT NULL,
    role         text        NOT NULL CHECK (role IN ('route', 'store')),
    subtask      integer     NOT NULL,
    parallelism  integer     NOT NULL,
    started_at   timestamptz NOT NULL,
    version      bigint      NOT NULL,
    totals       jsonb       NOT NULL,
    heartbeat    timestamptz NOT NULL,
    PRIMARY KEY (job_id, role, subtask)
) WITH (fillfactor = 50);

CREATE TABLE audit_log (
    audit_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    actor      text        NOT NULL,
    action     text        NOT NULL,
    model_id   text,
    before     jsonb,
    after      jsonb
);
CREATE INDEX audit_log_by_model ON audit_log (model_id, at);

-- For people who use SQL: floors applied. They are granted this view, not the tables.
CREATE VIEW visible_inferences AS
SELECT i.model_id, m.project_id, i.inference_id, i.created_at, i.part, i.action, i.output, i.output_content_type,
       i.output_size, i.metadata, i.input_content_type, i.input_size, i.input_sha256,
       CASE WHEN i.input_size IS NULL THEN 'none'
            WHEN i.input_segment IS NULL OR i.created_at < f.blob_visible THEN 'expired'
            ELSE 'available' END AS input_state,
       i.status_code, i.source, i.duration_micros
FROM inferences i
JOIN models m USING (model_id)
JOIN floors f USING (model_id)
WHERE i.created_at >= f.record_visible;
