package dev.inferencestore.storage.topic;

/** Every statement over the topics that sources name. */
final class SourceTopicSql {
    /** Whether storage is on does not matter: see {@link SourceTopics}. */
    static final String SOURCES = """
            SELECT sources::text FROM models WHERE NOT deleted AND sources <> '[]'
            """;

    static final String WANT = """
            INSERT INTO source_topics (topic)
            SELECT t FROM unnest(CAST(:topics AS text[])) AS t ORDER BY t
            ON CONFLICT (topic) DO NOTHING
            """;

    static final String FORGET = """
            DELETE FROM source_topics WHERE NOT topic = ANY(:topics)
            """;

    static final String WANTED = """
            SELECT topic, wanted_since, topic_id FROM source_topics WHERE topic = ANY(:topics)
            """;

    /** A row is written when something changed, or to show that it is still looked at. */
    static final String REPORT = """
            UPDATE source_topics t
            SET state = f.state, detail = f.detail, partitions = f.partitions,
                topic_id = coalesce(f.topic_id, t.topic_id), checked_at = clock_timestamp()
            FROM unnest(CAST(:topics AS text[]), CAST(:states AS text[]), CAST(:details AS text[]),
                        CAST(:partitions AS integer[]), CAST(:ids AS text[]))
                 AS f(topic, state, detail, partitions, topic_id)
            WHERE t.topic = f.topic
              AND (t.state <> f.state OR t.detail IS DISTINCT FROM f.detail OR t.partitions <> f.partitions
                   OR t.topic_id IS DISTINCT FROM coalesce(f.topic_id, t.topic_id)
                   OR t.checked_at IS NULL OR t.checked_at < clock_timestamp() - interval '50 seconds')
            """;

    /** What no job has looked at for three minutes, that is three heartbeats, is not known. */
    static final String READ = """
            SELECT topic, state, detail, wanted_since, checked_at,
                   checked_at IS NULL OR checked_at < clock_timestamp() - interval '3 minutes' AS stale
            FROM source_topics WHERE topic = ANY(:topics)
            """;

    private SourceTopicSql() {}
}
