package dev.inferencestore.storage.topic;

import java.util.Locale;

/** Whether the job reads a topic that a source names. */
public enum TopicState {
    READING,
    /** Kafka has no such topic, or not yet. */
    MISSING,
    /** Kafka does not let the job read it. */
    FORBIDDEN,
    /** It is the store's own, or Kafka's, and is never read as inferences. */
    REFUSED,
    /** No job has looked at it of late, or Kafka did not say. */
    UNKNOWN;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads what {@link #text} gives. */
    public static TopicState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
