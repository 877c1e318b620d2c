package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/**
 * An inference, or the half of one that an event holds. Everything in it can be stored: a decoder has checked it
 * against {@link dev.inferencestore.domain.wire.Limits}.
 *
 * @param createdAt event time, microseconds since 1970
 * @param metadata a JSON object as text, or null
 * @param statusCode what the model server answered, where it says so
 */
public record Inference(
        String modelId,
        String inferenceId,
        long createdAt,
        Part part,
        @Nullable String action,
        @Nullable Payload input,
        @Nullable Payload output,
        @Nullable String metadata,
        @Nullable Integer statusCode,
        @Nullable String source,
        @Nullable Long durationMicros) {

    /** Bytes of input and output. */
    public long size() {
        return (input == null ? 0L : input.bytes().length) + (output == null ? 0L : output.bytes().length);
    }
}
