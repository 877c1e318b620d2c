-- Which part of a model's traffic is stored, and what is said of bytes that are not.

-- The rules as they are in the control record; null where all is stored. The version outlives them, so that it never
-- repeats.
ALTER TABLE models
    ADD COLUMN capture         jsonb,
    ADD COLUMN capture_version bigint NOT NULL DEFAULT 0;

-- Why there are no bytes although there were; where an event only said where they are, that address.
ALTER TABLE inferences
    ADD COLUMN input_omitted   text,
    ADD COLUMN output_omitted  text,
    ADD COLUMN input_reference text;
ALTER TABLE inference_conflicts
    ADD COLUMN input_omitted   text,
    ADD COLUMN output_omitted  text,
    ADD COLUMN input_reference text;

CREATE OR REPLACE VIEW visible_inferences AS
SELECT i.model_id, m.project_id, i.inference_id, i.created_at, i.part, i.action, i.output, i.output_content_type,
       i.output_size, i.metadata, i.input_content_type, i.input_size, i.input_sha256,
       CASE WHEN i.input_omitted IS NOT NULL OR i.input_size IS NULL THEN 'none'
            WHEN i.input_segment IS NULL THEN 'expired'
            WHEN h.any_hold AND is_held(i.model_id, i.inference_id, i.created_at)
                 THEN CASE WHEN i.created_at >= f.blob_hard
                                OR EXISTS (SELECT 1 FROM segments s WHERE s.segment_id = i.input_segment)
                           THEN 'held' ELSE 'expired' END
            WHEN i.created_at < f.blob_visible THEN 'expired'
            ELSE 'available' END AS input_state,
       i.status_code, i.source, i.duration_micros, i.input_omitted, i.output_omitted, i.input_reference, i.rule_version
FROM inferences i
JOIN models m USING (model_id)
JOIN floors f USING (model_id)
CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM holds h WHERE h.model_id = f.model_id AND h.lifted_seq IS NULL)
                           AS any_hold OFFSET 0) h
WHERE (i.created_at >= f.record_visible AND NOT m.deleted)
   OR (h.any_hold AND is_held(i.model_id, i.inference_id, i.created_at));
