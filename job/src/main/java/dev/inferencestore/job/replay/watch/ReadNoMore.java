package dev.inferencestore.job.replay.watch;

import org.apache.flink.api.connector.source.SourceEvent;

/** A reader is told to end. */
record ReadNoMore() implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
