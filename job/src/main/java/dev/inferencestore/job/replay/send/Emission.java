package dev.inferencestore.job.replay.send;

import dev.inferencestore.domain.event.RawEvent;
import java.util.List;

/**
 * What becomes of a stored row.
 *
 * @param events to be sent: none where it is left out, two where one event cannot hold both halves
 * @param notes what is counted beside them, by the names of a replay's summary
 */
public record Emission(List<RawEvent> events, List<String> notes) {}
