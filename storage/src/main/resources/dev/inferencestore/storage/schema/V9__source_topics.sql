-- The topics that sources of registered models name, and whether the job reads them. A row is made when a model that
-- names the topic is registered, and goes when no model names it any more.
CREATE TABLE source_topics (
    topic         text PRIMARY KEY,
    state         text        NOT NULL DEFAULT 'unknown'
                  CHECK (state IN ('reading', 'missing', 'forbidden', 'refused', 'unknown')),
    detail        text,
    -- As many as Kafka had when it was last looked at.
    partitions    integer     NOT NULL DEFAULT 0,
    -- Kafka's own id, by which a topic that was made anew is told from the one before.
    topic_id      text,
    -- From here on its events are read: what was there before is history, which only a replay brings in.
    wanted_since  timestamptz NOT NULL DEFAULT now(),
    -- When a job last looked at it; null until the first time.
    checked_at    timestamptz
) WITH (fillfactor = 70);
