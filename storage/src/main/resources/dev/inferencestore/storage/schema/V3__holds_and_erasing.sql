-- What stays whatever happens, what goes on request, and models that are unregistered. Semantics are in
-- docs/how-it-works.md.

-- Orders holds that are placed and lifted against claims, within a model under the lock of its floors.
CREATE SEQUENCE hold_changes;

-- A hold that was lifted stays until what only it kept below the hard floor is removed.
CREATE TABLE holds (
    hold_seq      bigint PRIMARY KEY DEFAULT nextval('hold_changes'),
    model_id      text        NOT NULL,
    hold_id       text        NOT NULL,
    reason        text        NOT NULL,
    -- Ids are in hold_inferences; the other two are a range of event time, half open.
    scope         text        NOT NULL CHECK (scope IN ('model', 'time', 'inferences')),
    start_time    timestamptz NOT NULL DEFAULT '-infinity',
    end_time      timestamptz NOT NULL DEFAULT 'infinity',
    -- The hard floors when it was placed. Above them nothing of it was ever removed by a run, so what comes late is stored.
    record_floor  timestamptz NOT NULL,
    blob_floor    timestamptz NOT NULL,
    placed_by     text        NOT NULL,
    placed_at     timestamptz NOT NULL,
    lifted_seq    bigint,
    lifted_at     timestamptz,
    CHECK (start_time < end_time)
);
CREATE UNIQUE INDEX holds_in_force ON holds (model_id, hold_id) WHERE lifted_seq IS NULL;
CREATE INDEX holds_by_model ON holds (model_id);
CREATE INDEX holds_lifted ON holds (lifted_at) WHERE lifted_seq IS NOT NULL;

CREATE TABLE hold_inferences (
    hold_seq      bigint NOT NULL REFERENCES holds ON DELETE CASCADE,
    model_id      text   NOT NULL,
    inference_id  text   NOT NULL,
    PRIMARY KEY (model_id, inference_id, hold_seq)
);
CREATE INDEX hold_inferences_by_hold ON hold_inferences (hold_seq);

-- A slice is removed by the holds there were when it was claimed: those up to this one, lifted later or not at all. Zero
-- where the model had none.
ALTER TABLE retention_claims ADD COLUMN holds_upto bigint NOT NULL DEFAULT 0;

-- An erase and what lifted holds kept have no policy.
ALTER TABLE retention_tasks
    ALTER COLUMN policy_id DROP NOT NULL,
    ALTER COLUMN policy_version DROP NOT NULL,
    -- Of an erase: what it erases; all there is where the model is unregistered.
    ADD COLUMN filter jsonb,
    ADD COLUMN whole_model boolean NOT NULL DEFAULT false,
    -- It has taken inferences, and copies of them may be in segments that are not marked yet.
    ADD COLUMN copies_due boolean NOT NULL DEFAULT false,
    -- Objects that were overwritten for it, and the bytes of their entries that were.
    ADD COLUMN objects_rewritten bigint NOT NULL DEFAULT 0,
    ADD COLUMN bytes_overwritten bigint NOT NULL DEFAULT 0,
    -- When no copy was left that a crash had made.
    ADD COLUMN final_at timestamptz,
    -- The notice that must be published before it removes anything.
    ADD COLUMN notice_event bigint;
CREATE INDEX retention_tasks_erasing ON retention_tasks (model_id, created_at) WHERE trigger = 'erase';
CREATE INDEX retention_tasks_copies_due ON retention_tasks (model_id) WHERE copies_due;
CREATE INDEX retention_tasks_not_final ON retention_tasks (finished_at)
    WHERE trigger = 'erase' AND NOT dry_run AND final_at IS NULL;

-- The version whose first deletion was announced, and by which event: every task of that version waits for it.
ALTER TABLE retention_policies
    ADD COLUMN noticed_version bigint NOT NULL DEFAULT 0,
    ADD COLUMN noticed_event bigint;

-- deleted and deleting: unregistered, and what is stored is still to be erased.
ALTER TABLE models ADD COLUMN deleting boolean NOT NULL DEFAULT false;
CREATE INDEX models_deleting ON models (model_id) WHERE deleting;

-- The receipt of an erase. Without removed_at it is claimed: the tombstone is there, rows may still be.
CREATE TABLE erased_inferences (
    task_id       uuid        NOT NULL,
    model_id      text        NOT NULL,
    inference_id  text        NOT NULL,
    erased_at     timestamptz NOT NULL,
    records       integer     NOT NULL DEFAULT 0,
    inputs        integer     NOT NULL DEFAULT 0,
    bytes         bigint      NOT NULL DEFAULT 0,
    -- Of its inputs, hexadecimal; the hours of event time it was in, whose copies are overwritten.
    sha256        text[]      NOT NULL DEFAULT '{}',
    hours         timestamptz[] NOT NULL DEFAULT '{}',
    removed_at    timestamptz,
    PRIMARY KEY (task_id, inference_id)
);
CREATE INDEX erased_inferences_claimed ON erased_inferences (model_id) WHERE removed_at IS NULL;
CREATE INDEX erased_inferences_by_id ON erased_inferences (model_id, inference_id);

-- From here on an input is there when its row names a segment that is there. Where runs cut through a segment that
-- stayed, rows below the floor still name it.
UPDATE inferences i SET input_segment = NULL, input_offset = NULL
FROM floors f JOIN segments s USING (model_id)
WHERE s.kind = 'input' AND s.min_created_at < f.blob_hard AND i.model_id = s.model_id AND i.input_segment = s.segment_id
  AND i.created_at >= s.min_created_at AND i.created_at < f.blob_hard
  AND NOT EXISTS (SELECT 1 FROM retention_claims c WHERE c.model_id = s.model_id);

-- Whether a hold in force keeps an inference.
CREATE FUNCTION is_held(of_model text, of_inference text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (SELECT 1 FROM holds h
                   WHERE h.model_id = of_model AND h.lifted_seq IS NULL AND h.scope <> 'inferences'
                     AND at >= h.start_time AND at < h.end_time)
        OR EXISTS (SELECT 1 FROM hold_inferences k JOIN holds h USING (hold_seq)
                   WHERE k.model_id = of_model AND k.inference_id = of_inference AND h.lifted_seq IS NULL);

-- Floors and holds applied; of a model that is unregistered, what is held. Whether a hold keeps a row is asked only of rows of models that have one.
CREATE OR REPLACE VIEW visible_inferences AS
SELECT i.model_id, m.project_id, i.inference_id, i.created_at, i.part, i.action, i.output, i.output_content_type,
       i.output_size, i.metadata, i.input_content_type, i.input_size, i.input_sha256,
       CASE WHEN i.input_size IS NULL THEN 'none'
            WHEN i.input_segment IS NULL THEN 'expired'
            WHEN h.any_hold AND is_held(i.model_id, i.inference_id, i.created_at)
                 THEN CASE WHEN i.created_at >= f.blob_hard
                                OR EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment)
                           THEN 'held' ELSE 'expired' END
            WHEN i.created_at < f.blob_visible THEN 'expired'
            ELSE 'available' END AS input_state,
       i.status_code, i.source, i.duration_micros
FROM inferences i
JOIN models m USING (model_id)
JOIN floors f USING (model_id)
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM holds h WHERE h.model_id = f.model_id AND h.lifted_seq IS NULL)
                           AS any_hold OFFSET 0) h
WHERE (i.created_at >= f.record_visible AND NOT m.deleted)
   OR (h.any_hold AND is_held(i.model_id, i.inference_id, i.created_at));
