-- Replays and re-emissions, and when storage was switched. Semantics are in docs/replay.md.

CREATE TABLE replays (
    replay_id         uuid PRIMARY KEY,
    kind              text        NOT NULL CHECK (kind IN ('replay', 're_emit')),
    -- Null where it is about every model.
    model_id          text,
    -- The model's project when it was asked for.
    project_id        text,
    spec              jsonb       NOT NULL,
    state             text        NOT NULL CHECK (state IN ('pending', 'running', 'complete', 'failed', 'cancelled')),
    -- The only Flink job that may run it; null until one has claimed it.
    flink_job_id      text,
    -- As Flink said last, where it can be asked.
    flink_state       text,
    -- It is submitted once this control version is in effect, and then ends at that time.
    after_version     bigint,
    requested_by      text        NOT NULL,
    -- Over what a request with a key asked for; the same key with another request is refused.
    request_hash      bytea,
    created_at        timestamptz NOT NULL,
    started_at        timestamptz,
    finished_at       timestamptz,
    -- Why it failed or was cancelled, or why it still waits.
    error             text,
    cancel_requested  boolean     NOT NULL DEFAULT false
) WITH (fillfactor = 70);
CREATE INDEX replays_by_time ON replays (created_at, replay_id);
CREATE INDEX replays_by_model ON replays (model_id, created_at, replay_id) WHERE model_id IS NOT NULL;
CREATE INDEX replays_open ON replays (created_at) WHERE state IN ('pending', 'running');

-- What each subtask of a replay has counted: whole sums, not differences, so that an attempt which reads something again
-- replaces what the one before had counted.
CREATE TABLE replay_progress (
    replay_id    uuid        NOT NULL REFERENCES replays ON DELETE CASCADE,
    role         text        NOT NULL,
    subtask      integer     NOT NULL,
    parallelism  integer     NOT NULL,
    started_at   timestamptz NOT NULL,
    finished     boolean     NOT NULL,
    counts       jsonb       NOT NULL,
    positions    jsonb       NOT NULL,
    heartbeat    timestamptz NOT NULL,
    PRIMARY KEY (replay_id, role, subtask)
) WITH (fillfactor = 50);

-- Which process looks after open replays; one at a time.
CREATE TABLE replay_watch (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    owner  text,
    until  timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO replay_watch DEFAULT VALUES;

-- When storage of a model was switched, in the order of switch_id.
CREATE TABLE storage_switches (
    model_id   text        NOT NULL,
    switch_id  bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    change     text        NOT NULL CHECK (change IN ('enabled', 'disabled', 'unregistered', 'registered_anew')),
    enabled    boolean GENERATED ALWAYS AS (change = 'enabled') STORED,
    actor      text        NOT NULL,
    PRIMARY KEY (model_id, switch_id)
);

-- What the audit log knows. A model is registered anew where its row was there before.
INSERT INTO storage_switches (model_id, at, change, actor)
SELECT model_id, at,
       CASE action WHEN 'storage.enable' THEN 'enabled'
                   WHEN 'storage.disable' THEN 'disabled'
                   WHEN 'model.unregister' THEN 'unregistered'
                   ELSE 'registered_anew' END,
       actor
FROM audit_log
WHERE model_id IS NOT NULL
  AND (action IN ('storage.enable', 'storage.disable', 'model.unregister')
       OR (action = 'model.register' AND before IS NOT NULL))
ORDER BY audit_id;
