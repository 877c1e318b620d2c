-- Requests that come again, what is used over time, and quotas.

-- Over what a request with a key asked for, whose task this is; the same key with another request is refused.
ALTER TABLE retention_tasks ADD COLUMN request_hash bytea;

-- What was stored at the beginning of an hour, as model_hours said then. After a while only the last of each day is kept.
-- A model or project of which nothing was stored has no row.
CREATE TABLE model_usage (
    model_id  text        NOT NULL,
    at        timestamptz NOT NULL,
    records   bigint      NOT NULL,
    inputs    bigint      NOT NULL,
    bytes     bigint      NOT NULL,
    PRIMARY KEY (model_id, at)
);
-- Old rows are looked up by time alone.
CREATE INDEX model_usage_by_time ON model_usage USING brin (at);

-- The sums of the models that a project had at that time.
CREATE TABLE project_usage (
    project_id  text        NOT NULL,
    at          timestamptz NOT NULL,
    records     bigint      NOT NULL,
    inputs      bigint      NOT NULL,
    bytes       bigint      NOT NULL,
    PRIMARY KEY (project_id, at)
);
CREATE INDEX project_usage_by_time ON project_usage USING brin (at);

-- Hours of which the sample is whole.
CREATE TABLE usage_samples (
    at           timestamptz PRIMARY KEY,
    finished_at  timestamptz NOT NULL DEFAULT now()
);

-- What a project should not pass: it is warned, nothing is refused. After a DELETE the row stays, so that versions never
-- repeat.
CREATE TABLE project_quotas (
    project_id  text PRIMARY KEY,
    version     bigint      NOT NULL,
    deleted     boolean     NOT NULL DEFAULT false,
    records     bigint CHECK (records >= 1),
    bytes       bigint CHECK (bytes >= 1),
    -- The highest of the percentages that was passed and announced; null since the quota was set.
    level       integer CHECK (level IN (0, 80, 100)),
    checked_at  timestamptz,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CHECK (records IS NOT NULL OR bytes IS NOT NULL)
);
