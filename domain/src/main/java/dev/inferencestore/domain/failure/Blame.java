package dev.inferencestore.domain.failure;

/** Who can mend a failure; the log level follows it. */
public enum Blame {
    /** Whoever sent the event. */
    SENDER,
    /** Whoever runs the store. */
    OPERATOR,
    /** Kafka, PostgreSQL or the object store. */
    DEPENDENCY,
    /** We. */
    BUG
}
