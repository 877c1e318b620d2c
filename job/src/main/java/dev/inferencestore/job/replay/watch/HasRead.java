package dev.inferencestore.job.replay.watch;

import java.util.HashMap;
import org.apache.flink.api.connector.source.SourceEvent;

/** A reader says how far it is. */
record HasRead(HashMap<String, Long> next) implements SourceEvent {
    private static final long serialVersionUID = 1L;
}
