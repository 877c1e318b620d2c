package dev.inferencestore.job.route;

import dev.inferencestore.storage.progress.Beat;
import java.util.List;

/**
 * What one subtask of RouteEvents has applied and counted, about once a second.
 *
 * @param finished whether it is the last one: there are no more events
 */
public record RouteReport(Beat beat, List<IngestDelta> ingest, List<UnmatchedDelta> unmatched, boolean finished) {}
