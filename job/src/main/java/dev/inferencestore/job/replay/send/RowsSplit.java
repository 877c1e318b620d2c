package dev.inferencestore.job.replay.send;

import dev.inferencestore.storage.inference.Place;
import org.apache.flink.api.connector.source.SourceSplit;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a model, from a place on.
 *
 * @param from event time in microseconds
 * @param to event time in microseconds before which they are
 * @param after the last row that was sent; null before the first
 * @param done rows that were sent or left out
 */
public record RowsSplit(
        String modelId, long from, long to, @Nullable Place after, long done) implements SourceSplit {
    @Override
    public String splitId() {
        return modelId;
    }

    RowsSplit after(Place last) {
        return new RowsSplit(modelId, from, to, last, done + 1);
    }
}
