package dev.inferencestore.storage.retention;

/** Statements that count, claim and remove. Event times are microseconds; ranges are half open. */
final class RemovalSql {
    static final String SUM_HOURS = """
            SELECT coalesce(sum(records), 0)::bigint, coalesce(sum(inputs), 0)::bigint, coalesce(sum(bytes), 0)::bigint
            FROM model_hours
            WHERE model_id = :modelId AND hour >= at_micros(:from) AND hour < at_micros(:to)
            """;

    static final String SUM_ROWS = """
            SELECT count(*), count(input_segment),
                   coalesce(sum(input_size) FILTER (WHERE input_segment IS NOT NULL), 0)::bigint
            FROM inferences
            WHERE model_id = :modelId AND created_at >= at_micros(:from) AND created_at < at_micros(:to)
            """;

    /** The oldest row of a range (with an input, where that is asked): the hours say where to look. */
    static final String OLDEST = """
            SELECT micros(i.created_at)
            FROM (SELECT DISTINCT hour FROM model_hours
                  WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour' AND hour < at_micros(:to)
                    AND CASE WHEN :inputs THEN inputs ELSE records END > 0
                  ORDER BY hour) h
            CROSS JOIN LATERAL (
                SELECT created_at FROM inferences
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (input_segment IS NOT NULL OR NOT :inputs)
                ORDER BY created_at LIMIT 1) i
            ORDER BY h.hour LIMIT 1
            """;

    static final String NEWEST = """
            SELECT micros(i.created_at)
            FROM (SELECT DISTINCT hour FROM model_hours
                  WHERE model_id = :modelId AND hour > at_micros(:from) - interval '1 hour' AND hour < at_micros(:to)
                    AND CASE WHEN :inputs THEN inputs ELSE records END > 0
                  ORDER BY hour DESC) h
            CROSS JOIN LATERAL (
                SELECT created_at FROM inferences
                WHERE model_id = :modelId AND created_at >= greatest(h.hour, at_micros(:from))
                  AND created_at < least(h.hour + interval '1 hour', at_micros(:to))
                  AND (input_segment IS NOT NULL OR NOT :inputs)
                ORDER BY created_at DESC LIMIT 1) i
            ORDER BY h.hour DESC LIMIT 1
            """;

    private RemovalSql() {}
}
