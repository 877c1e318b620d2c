-- What holds for all models of a project: a policy for those that have none of their own, and how long any policy may
-- keep things. Read and written under the lock of versions. After a DELETE rows stay, so that versions never repeat.
-- Ages and intervals are in seconds.
CREATE TABLE default_policies (
    project_id         text PRIMARY KEY,
    policy_id          uuid        NOT NULL UNIQUE,
    version            bigint      NOT NULL,
    -- Drawn as control versions are: no two defaults of any two projects ever have the same.
    revision           bigint      NOT NULL,
    deleted            boolean     NOT NULL DEFAULT false,
    record_age         bigint CHECK (record_age BETWEEN 0 AND 3200000000),
    blob_age           bigint CHECK (blob_age BETWEEN 0 AND 3200000000),
    delete_action      text        NOT NULL CHECK (delete_action IN ('soft', 'hard')),
    automated_interval bigint      NOT NULL CHECK (automated_interval BETWEEN 0 AND 3200000000),
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    CHECK (record_age IS NULL OR (blob_age IS NOT NULL AND record_age >= blob_age))
);

CREATE TABLE retention_limits (
    project_id  text PRIMARY KEY,
    version     bigint      NOT NULL,
    deleted     boolean     NOT NULL DEFAULT false,
    record_age  bigint      NOT NULL CHECK (record_age BETWEEN 0 AND 3200000000),
    blob_age    bigint      NOT NULL CHECK (blob_age BETWEEN 0 AND 3200000000),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CHECK (record_age >= blob_age)
);

-- A policy that the model has from its project, and from which revision of the default.
ALTER TABLE retention_policies
    ADD COLUMN inherited boolean NOT NULL DEFAULT false,
    ADD COLUMN inherited_from bigint,
    ADD CHECK (inherited = (inherited_from IS NOT NULL));

-- The project a change is about, or whose model it is about, as it was after the change.
ALTER TABLE audit_log ADD COLUMN project_id text;
UPDATE audit_log a
SET project_id = coalesce(a.after->>'project_id', a.before->>'project_id', m.project_id)
FROM models m WHERE m.model_id = a.model_id;

-- What the list of the audit log looks up, newest first.
DROP INDEX audit_log_by_model, audit_log_by_time;
CREATE INDEX audit_log_by_time ON audit_log (at, audit_id);
CREATE INDEX audit_log_by_model ON audit_log (model_id, at, audit_id);
CREATE INDEX audit_log_by_project ON audit_log (project_id, at, audit_id);
CREATE INDEX audit_log_by_actor ON audit_log (actor, at, audit_id);
CREATE INDEX audit_log_by_action ON audit_log (action, at, audit_id);
