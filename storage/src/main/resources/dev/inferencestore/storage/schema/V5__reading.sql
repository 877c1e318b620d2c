-- What reading needs. Semantics are in docs/how-it-works.md.

-- Keys of the metadata that were added after storing, by the API: those may be changed, what the sender said may not.
ALTER TABLE inferences ADD COLUMN added_keys text[];
ALTER TABLE inference_conflicts ADD COLUMN added_keys text[];

-- So that counting inferences, of which a response that came by itself is the second half, need not read every row. Models
-- whose events hold both halves pay nothing for it.
CREATE INDEX inferences_responses ON inferences (model_id, created_at) WHERE part = 'response';

-- Keys of metadata that are indexed for a model. Each has one index on inferences, of the rows of that model that have
-- the key, named metadata_<index_id>: by a hash of the value, which fits an index whatever the value's length.
CREATE TABLE metadata_indexes (
    index_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id    text        NOT NULL,
    key         text        NOT NULL,
    state       text        NOT NULL CHECK (state IN ('building', 'ready', 'dropping')),
    created_by  text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    ready_at    timestamptz,
    problem     text
);
CREATE UNIQUE INDEX metadata_indexes_by_key ON metadata_indexes (model_id, key) WHERE state <> 'dropping';
