package dev.inferencestore.job.segment;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.storage.record.Fingerprint;
import dev.inferencestore.storage.record.InferenceRow;
import org.jspecify.annotations.Nullable;

/** Makes rows of inferences whose bytes have been placed. */
final class RowBuilder {
    private final Fingerprint fingerprint = new Fingerprint();

    /** Whether an output is too large for a row. */
    static boolean needsSegment(Payload output) {
        return output.bytes().length > Limits.OUTPUT_IN_ROW;
    }

    /**
     * The row of an inference.
     *
     * @param inputAt where its input is, null where it has none
     * @param outputAt where its output is, null where that stands in the row
     */
    InferenceRow row(Inference inference, long generation, @Nullable Place inputAt, @Nullable Place outputAt) {
        Payload input = inference.input();
        Payload output = inference.output();
        byte[] sha256 = input == null ? null : sha256(input);
        return new InferenceRow(
                inference.modelId(),
                generation,
                inference.inferenceId(),
                inference.createdAt(),
                inference.part(),
                inference.action(),
                output == null || outputAt != null || !output.isHere() ? null : output.bytes(),
                output == null ? null : output.contentType(),
                output == null ? 0 : output.size(),
                outputAt == null ? null : outputAt.segmentId(),
                outputAt == null ? null : outputAt.offset(),
                inference.metadata(),
                input == null ? null : input.contentType(),
                input == null || isUnknown(input) ? null : input.size(),
                sha256,
                inputAt == null ? null : inputAt.segmentId(),
                inputAt == null ? null : inputAt.offset(),
                inference.statusCode(),
                inference.source(),
                inference.durationMicros(),
                fingerprint.of(inference, sha256),
                inference.ruleVersion(),
                omission(input),
                omission(output),
                input == null ? null : input.reference());
    }

    private byte @Nullable [] sha256(Payload input) {
        return input.omitted() == null
                ? fingerprint.of(input.bytes())
                : input.omitted().sha256();
    }

    private static boolean isUnknown(Payload input) {
        return input.omitted() != null && input.omitted().size() < 0;
    }

    private static @Nullable String omission(@Nullable Payload payload) {
        return payload == null || payload.omitted() == null
                ? null
                : payload.omitted().reason().text();
    }

    /** Where bytes begin in a segment. */
    record Place(String segmentId, long offset) {}
}
