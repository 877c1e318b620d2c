-- Dead letters that were replayed; the letters themselves are on their topic. A row is of an event and not of a letter,
-- since after a crash an event may have two. event_millis is its Kafka timestamp, -1 where the letter does not say: it tells
-- events of a topic that was made anew, and counts from zero again, from those before.
CREATE TABLE dead_letter_replays (
    event_topic       text        NOT NULL,
    event_partition   integer     NOT NULL,
    event_offset      bigint      NOT NULL,
    event_millis      bigint      NOT NULL,
    -- Where the letter stood, so that the row goes when Kafka has removed it.
    letter_partition  integer     NOT NULL,
    letter_offset     bigint      NOT NULL,
    replayed_at       timestamptz NOT NULL,
    replayed_by       text        NOT NULL,
    -- Where its bytes were taken from.
    bytes_from        text        NOT NULL CHECK (bytes_from IN ('letter', 'topic')),
    times             integer     NOT NULL DEFAULT 1,
    PRIMARY KEY (event_topic, event_partition, event_offset, event_millis)
);
CREATE INDEX dead_letter_replays_by_letter ON dead_letter_replays (letter_partition, letter_offset);
