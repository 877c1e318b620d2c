package dev.inferencestore.job.route;

import org.jspecify.annotations.Nullable;

/**
 * Events of a registered model with one outcome since the last report.
 *
 * @param outcome accepted, turned_away or dead_lettered
 * @param detail of the last dead letter
 */
public record IngestDelta(
        String modelId,
        String outcome,
        String reason,
        long count,
        @Nullable String detail) {}
