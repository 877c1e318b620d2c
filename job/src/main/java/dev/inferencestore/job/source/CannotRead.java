package dev.inferencestore.job.source;

import org.apache.flink.api.connector.source.SourceEvent;

/** A reader says that it met a topic that it could not read, and waits to be told again. */
record CannotRead(String topic, String why) implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
