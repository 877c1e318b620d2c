package dev.inferencestore.storage.record;

import dev.inferencestore.domain.event.Part;
import org.jspecify.annotations.Nullable;

/**
 * An inference as it becomes a row: its bytes are durable already, in the segments that it names.
 *
 * @param generation of its model when it was accepted
 * @param createdAt microseconds since 1970
 * @param output the output itself, unless it is in a segment
 * @param outputSegment the segment that the output is in, where it is too large for a row
 * @param outputOffset where it begins in that segment
 * @param metadata a JSON object
 * @param inputSha256 of the input's bytes
 * @param fingerprint sha256 over everything that the sender said
 * @param ruleVersion of the capture rules that were applied
 * @param inputOmitted why its bytes are not stored; the size and the hash are then what is known of them
 * @param inputReference where the event said that its input is, when it did not come with it
 */
public record InferenceRow(
        String modelId,
        long generation,
        String inferenceId,
        long createdAt,
        Part part,
        @Nullable String action,
        byte @Nullable [] output,
        @Nullable String outputContentType,
        long outputSize,
        @Nullable String outputSegment,
        @Nullable Long outputOffset,
        @Nullable String metadata,
        @Nullable String inputContentType,
        @Nullable Long inputSize,
        byte @Nullable [] inputSha256,
        @Nullable String inputSegment,
        @Nullable Long inputOffset,
        @Nullable Integer statusCode,
        @Nullable String source,
        @Nullable Long durationMicros,
        byte[] fingerprint,
        @Nullable Long ruleVersion,
        @Nullable String inputOmitted,
        @Nullable String outputOmitted,
        @Nullable String inputReference) {

    /** One with all of its bytes, to which no capture rules were applied. */
    public InferenceRow(
            String modelId,
            long generation,
            String inferenceId,
            long createdAt,
            Part part,
            @Nullable String action,
            byte @Nullable [] output,
            @Nullable String outputContentType,
            long outputSize,
            @Nullable String outputSegment,
            @Nullable Long outputOffset,
            @Nullable String metadata,
            @Nullable String inputContentType,
            @Nullable Long inputSize,
            byte @Nullable [] inputSha256,
            @Nullable String inputSegment,
            @Nullable Long inputOffset,
            @Nullable Integer statusCode,
            @Nullable String source,
            @Nullable Long durationMicros,
            byte[] fingerprint) {
        this(
                modelId,
                generation,
                inferenceId,
                createdAt,
                part,
                action,
                output,
                outputContentType,
                outputSize,
                outputSegment,
                outputOffset,
                metadata,
                inputContentType,
                inputSize,
                inputSha256,
                inputSegment,
                inputOffset,
                statusCode,
                source,
                durationMicros,
                fingerprint,
                null,
                null,
                null,
                null);
    }

    /** Roughly how many bytes it holds. */
    public long size() {
        return 200L
                + inferenceId.length()
                + (output == null ? 0 : output.length)
                + (metadata == null ? 0 : metadata.length());
    }

    /** The same record, whose input is not to be kept. */
    InferenceRow withoutInput() {
        return new InferenceRow(
                modelId,
                generation,
                inferenceId,
                createdAt,
                part,
                action,
                output,
                outputContentType,
                outputSize,
                outputSegment,
                outputOffset,
                metadata,
                inputContentType,
                inputSize,
                inputSha256,
                null,
                null,
                statusCode,
                source,
                durationMicros,
                fingerprint,
                ruleVersion,
                inputOmitted,
                outputOmitted,
                inputReference);
    }
}
