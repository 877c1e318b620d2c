package dev.inferencestore.storage.record;

/** Every statement of the flush. Rows travel as arrays, one a column, so that a statement is one round trip. */
final class RecordSql {
    /**
     * Comes before the floors. Shared row locks join each other past one who waits for the row alone, so writers without
     * a pause would keep a removal out for ever; advisory locks queue. A removal takes its model's exclusively and then
     * the row. Models share 128 of them, so that a flush of many models does not fill the table of locks.
     */
    static final String QUEUE = """
            SELECT pg_advisory_xact_lock_shared(1768846963, bucket)
            FROM (SELECT DISTINCT abs(hashtext(m) % 128) AS bucket FROM unnest(?::text[]) AS m ORDER BY 1) b""";

    /** Taken second, in a statement of its own: what is then inserted honours every floor that was committed before. */
    static final String LOCK_FLOORS = """
            SELECT model_id, generation,
                   CASE WHEN isfinite(record_hard) THEN (extract(epoch FROM record_hard) * 1000000)::bigint END,
                   CASE WHEN isfinite(blob_hard) THEN (extract(epoch FROM blob_hard) * 1000000)::bigint END
            FROM floors WHERE model_id = ANY (?) ORDER BY model_id FOR SHARE""";

    static final String TOMBSTONES = """
            SELECT t.model_id, t.inference_id, (extract(epoch FROM t.erased_at) * 1000000)::bigint
            FROM unnest(?::text[], ?::text[]) AS k(model_id, inference_id)
            CROSS JOIN LATERAL (SELECT * FROM tombstones t
                                WHERE t.model_id = k.model_id AND t.inference_id = k.inference_id OFFSET 0) t""";

    /**
     * Of rows below a hard floor, those that a hold in force keeps, by their position, and the lowest hard floors when
     * such a hold was placed: down to there nothing of it was removed by a run.
     */
    static final String HELD = """
            SELECT k.position,
                   CASE WHEN isfinite(min(h.record_floor)) THEN (extract(epoch FROM min(h.record_floor)) * 1000000)::bigint END,
                   CASE WHEN isfinite(min(h.blob_floor)) THEN (extract(epoch FROM min(h.blob_floor)) * 1000000)::bigint END
            FROM unnest(?::text[], ?::text[], ?::bigint[])
                 WITH ORDINALITY AS k(model_id, inference_id, created_at, position)
            JOIN holds h ON h.model_id = k.model_id AND h.lifted_seq IS NULL
            WHERE CASE h.scope
                  WHEN 'inferences' THEN EXISTS (SELECT 1 FROM hold_inferences i
                                                 WHERE i.hold_seq = h.hold_seq AND i.model_id = k.model_id
                                                   AND i.inference_id = k.inference_id)
                  ELSE timestamptz 'epoch' + k.created_at * interval '1 microsecond' >= h.start_time
                       AND timestamptz 'epoch' + k.created_at * interval '1 microsecond' < h.end_time END
            GROUP BY k.position""";

    private static final String COLUMNS = """
            model_id, inference_id, created_at, part, action, output, output_content_type, output_size,
            output_segment, output_offset, metadata, input_content_type, input_size, input_sha256, input_segment,
            input_offset, status_code, source, duration_micros, fingerprint, rule_version, input_omitted, output_omitted,
            input_reference""";

    private static final String ROWS = """
            SELECT r.model_id, r.inference_id, timestamptz 'epoch' + r.created_at * interval '1 microsecond', r.part,
                   r.action, r.output, r.output_content_type, r.output_size, r.output_segment::uuid, r.output_offset,
                   r.metadata::jsonb, r.input_content_type, r.input_size, r.input_sha256, r.input_segment::uuid,
                   r.input_offset, r.status_code, r.source, r.duration_micros, r.fingerprint, r.rule_version,
                   r.input_omitted, r.output_omitted, r.input_reference
            FROM unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bytea[], ?::text[], ?::bigint[],
                        ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bigint[], ?::bytea[], ?::text[], ?::bigint[],
                        ?::int[], ?::text[], ?::bigint[], ?::bytea[], ?::bigint[], ?::text[], ?::text[], ?::text[])
                 AS r(model_id, inference_id, created_at, part, action, output, output_content_type, output_size,
                      output_segment, output_offset, metadata, input_content_type, input_size, input_sha256,
                      input_segment, input_offset, status_code, source, duration_micros, fingerprint, rule_version,
                      input_omitted, output_omitted, input_reference)""";

    static final String INSERT = "INSERT INTO inferences (" + COLUMNS + ")\n" + ROWS + """

            ON CONFLICT DO NOTHING
            RETURNING model_id, inference_id, (extract(epoch FROM created_at) * 1000000)::bigint, part, ''""";

    static final String KEEP_ASIDE = "INSERT INTO inference_conflicts (" + COLUMNS + ")\n" + ROWS + """

            ON CONFLICT DO NOTHING
            RETURNING model_id, inference_id, (extract(epoch FROM created_at) * 1000000)::bigint, part,
                      encode(fingerprint, 'hex')""";

    /**
     * What is there under the same keys: the position of each in the arrays, and whether it says the same. Each key is
     * looked up by itself (OFFSET 0 keeps the planner from a join): it prunes to one partition and reads the primary
     * key, however many partitions and rows there are. What other capture rules left of an event says nothing about the
     * event, so it is not compared.
     */
    static final String COMPARE = """
            SELECT k.position, i.fingerprint = k.fingerprint OR i.rule_version IS DISTINCT FROM k.rule_version
            FROM unnest(?::text[], ?::text[], ?::bigint[], ?::text[], ?::bytea[], ?::bigint[])
                 WITH ORDINALITY AS k(model_id, inference_id, created_at, part, fingerprint, rule_version, position)
            CROSS JOIN LATERAL (
                SELECT fingerprint, rule_version FROM inferences i
                WHERE i.model_id = k.model_id AND i.inference_id = k.inference_id AND i.part = k.part
                  AND i.created_at = timestamptz 'epoch' + k.created_at * interval '1 microsecond' OFFSET 0) i""";

    static final String SEGMENTS = """
            INSERT INTO segments (segment_id, model_id, kind, state, object_key, base_offset, length, min_created_at,
                                  max_created_at, entries)
            SELECT s.segment_id::uuid, s.model_id, s.kind, s.state, s.object_key, s.base_offset, s.length,
                   timestamptz 'epoch' + s.min_created_at * interval '1 microsecond',
                   timestamptz 'epoch' + s.max_created_at * interval '1 microsecond', s.entries
            FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[],
                        ?::bigint[], ?::int[])
                 AS s(segment_id, model_id, kind, state, object_key, base_offset, length, min_created_at,
                      max_created_at, entries)
            ON CONFLICT (segment_id) DO NOTHING
            RETURNING segment_id::text""";

    static final String SEGMENT_STATES = """
            SELECT segment_id::text, state FROM segments WHERE segment_id = ANY (?::uuid[])""";

    static final String HOURS = """
            INSERT INTO model_hours AS h (model_id, hour, slot, records, inputs, bytes, oldest, newest)
            SELECT n.model_id, timestamptz 'epoch' + n.hour * interval '1 hour', ?, n.records, n.inputs, n.bytes,
                   timestamptz 'epoch' + n.oldest * interval '1 microsecond',
                   timestamptz 'epoch' + n.newest * interval '1 microsecond'
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                 AS n(model_id, hour, records, inputs, bytes, oldest, newest)
            ORDER BY n.model_id, n.hour
            ON CONFLICT (model_id, hour, slot) DO UPDATE
            SET records = h.records + excluded.records, inputs = h.inputs + excluded.inputs,
                bytes = h.bytes + excluded.bytes, oldest = least(h.oldest, excluded.oldest),
                newest = greatest(h.newest, excluded.newest)""";

    private RecordSql() {}
}
