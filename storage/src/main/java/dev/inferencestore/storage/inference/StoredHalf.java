package dev.inferencestore.storage.inference;

import org.jspecify.annotations.Nullable;

/**
 * A row: what one event said of an inference.
 *
 * @param metadata a JSON object
 * @param output as it was sent; null where it is in a segment, or was not asked for
 * @param outputSize bytes of it, also where it is null
 * @param outputAt where it is in a segment
 * @param inputSize null where the event had no input
 * @param inputSha256 hexadecimal
 * @param inputAt where it is; null where it is gone or was never there
 * @param ruleVersion of the capture rules that were applied
 * @param inputOmitted why its bytes were not stored
 * @param outputOmitted why its bytes were not stored
 * @param inputReference where its event said that the input is
 */
public record StoredHalf(
        Place place,
        @Nullable String action,
        @Nullable String metadata,
        byte @Nullable [] output,
        @Nullable String outputContentType,
        long outputSize,
        @Nullable Located outputAt,
        InputState inputState,
        @Nullable String inputContentType,
        @Nullable Long inputSize,
        @Nullable String inputSha256,
        @Nullable Located inputAt,
        @Nullable Integer statusCode,
        @Nullable String source,
        @Nullable Long durationMicros,
        @Nullable Long ruleVersion,
        @Nullable String inputOmitted,
        @Nullable String outputOmitted,
        @Nullable String inputReference) {

    /** Whether it has an output, of no bytes or more. */
    public boolean hasOutput() {
        return outputContentType != null || outputSize > 0 || output != null || outputOmitted != null;
    }
}
