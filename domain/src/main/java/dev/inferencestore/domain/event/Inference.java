package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/**
 * An inference, or the half of one that an event holds. Everything in it can be stored: a decoder has checked it
 * against {@link dev.inferencestore.domain.wire.Limits}.
 *
 * @param modelId empty until the model is found that the event is of
 * @param createdAt event time, microseconds since 1970
 * @param metadata a JSON object as text, or null
 * @param statusCode what the model server answered, where it says so
 * @param ruleVersion of the capture rules that were applied; null where the model has none
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
        @Nullable Long durationMicros,
        @Nullable Long ruleVersion) {

    /** One to which no capture rules were applied. */
    public Inference(
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
        this(
                modelId,
                inferenceId,
                createdAt,
                part,
                action,
                input,
                output,
                metadata,
                statusCode,
                source,
                durationMicros,
                null);
    }

    /** The same, of a model. */
    public Inference of(String model) {
        return new Inference(
                model,
                inferenceId,
                createdAt,
                part,
                action,
                input,
                output,
                metadata,
                statusCode,
                source,
                durationMicros,
                ruleVersion);
    }

    /** The same with other bytes. */
    public Inference with(@Nullable Payload otherInput, @Nullable Payload otherOutput) {
        return new Inference(
                modelId,
                inferenceId,
                createdAt,
                part,
                action,
                otherInput,
                otherOutput,
                metadata,
                statusCode,
                source,
                durationMicros,
                ruleVersion);
    }

    /** The same as capture rules leave it. */
    public Inference captured(
            @Nullable Payload keptInput, @Nullable Payload keptOutput, @Nullable String keptMetadata, long rules) {
        return new Inference(
                modelId,
                inferenceId,
                createdAt,
                part,
                action,
                keptInput,
                keptOutput,
                keptMetadata,
                statusCode,
                source,
                durationMicros,
                rules);
    }

    /** Bytes of input and output that are here. */
    public long size() {
        return (input == null ? 0L : input.bytes().length) + (output == null ? 0L : output.bytes().length);
    }
}
