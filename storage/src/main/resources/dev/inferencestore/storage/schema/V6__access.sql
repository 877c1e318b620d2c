-- Who may do what, and which names a project may use. Changed under the lock of versions; read by every process of the
-- API, which asks for the version and reads the rest only when that is another one.
CREATE TABLE access_version (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one),
    version  bigint NOT NULL DEFAULT 0
);
INSERT INTO access_version DEFAULT VALUES;

-- A token itself is not here: it is 256 random bits, so a plain hash of it cannot be turned back.
CREATE TABLE api_tokens (
    token_id      uuid PRIMARY KEY,
    hash          bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),
    -- Its first characters, for people who look for it.
    hint          text        NOT NULL CHECK (length(hint) <= 12),
    name          text        NOT NULL,
    created_by    text        NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz,
    revoked_by    text,
    revoked_at    timestamptz,
    -- To the hour: a call writes it only where it is older.
    last_used_at  timestamptz
);
-- The audit log knows callers by name, so no two tokens have one at the same time.
CREATE UNIQUE INDEX api_tokens_by_name ON api_tokens (name) WHERE revoked_at IS NULL;

CREATE TABLE api_token_roles (
    token_id    uuid NOT NULL REFERENCES api_tokens,
    project_id  text NOT NULL,
    role        text NOT NULL,
    PRIMARY KEY (token_id, project_id, role)
);

-- Roles of people and groups. principal: user:<name> or group:<name>; project_id: * for every project.
CREATE TABLE grants (
    project_id  text        NOT NULL,
    principal   text        NOT NULL,
    role        text        NOT NULL,
    granted_by  text        NOT NULL,
    granted_at  timestamptz NOT NULL,
    PRIMARY KEY (project_id, principal, role)
);

-- The names that models of a project may have and claim. After a DELETE rows stay, so that versions never repeat.
CREATE TABLE project_claims (
    project_id   text PRIMARY KEY,
    version      bigint      NOT NULL,
    deleted      boolean     NOT NULL DEFAULT false,
    namespaces   text[]      NOT NULL,
    topics       text[]      NOT NULL,
    id_prefixes  text[]      NOT NULL,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

-- Whether another model names a source already.
CREATE INDEX models_by_source ON models USING gin (sources jsonb_path_ops) WHERE NOT deleted;
