package dev.inferencestore.storage.record;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Part;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Batches as the job hands them to the flush, for tests. */
final class Rows {
    static final long NOON = 1_772_366_400_123_456L;
    static final long SECOND = 1_000_000L;

    private final Fingerprint fingerprint = new Fingerprint();

    /** A row whose input is in a segment of its own. */
    StoredBatch withInput(String model, String id, long createdAt, String content) {
        String segment = UUID.randomUUID().toString();
        InferenceRow row = row(model, id, createdAt, content, segment);
        return StoredBatch.of(
                List.of(new Segment(
                        segment, model, SegmentKind.INPUT, "k/" + segment, 0, 1024, createdAt, createdAt, 1)),
                List.of(row));
    }

    /** A row without an input. */
    StoredBatch plain(String model, String id, long createdAt, String output) {
        return StoredBatch.of(List.of(), List.of(row(model, id, createdAt, output, null)));
    }

    /** Several batches' segments and rows as one. */
    static StoredBatch joined(StoredBatch first, StoredBatch second) {
        return StoredBatch.of(
                List.of(first.segments().get(0)),
                List.of(
                        first.rows().get(0),
                        move(second.rows().get(0), first.segments().get(0).segmentId())));
    }

    InferenceRow row(String model, String id, long createdAt, String content, String segment) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Payload input = segment == null ? null : new Payload("text/plain", bytes);
        Inference inference = new Inference(
                model,
                id,
                createdAt,
                Part.BOTH,
                "detect",
                input,
                new Payload("application/json", bytes),
                "{\"camera\": \"" + content + "\"}",
                200,
                "/s",
                7L);
        byte[] sha = segment == null ? null : fingerprint.of(bytes);
        return new InferenceRow(
                model,
                1,
                id,
                createdAt,
                Part.BOTH,
                "detect",
                bytes,
                "application/json",
                bytes.length,
                null,
                null,
                inference.metadata(),
                segment == null ? null : "text/plain",
                segment == null ? null : (long) bytes.length,
                sha,
                segment,
                segment == null ? null : 512L,
                200,
                "/s",
                7L,
                fingerprint.of(inference, sha));
    }

    private static InferenceRow move(InferenceRow row, String segment) {
        return new InferenceRow(
                row.modelId(),
                row.generation(),
                row.inferenceId(),
                row.createdAt(),
                row.part(),
                row.action(),
                row.output(),
                row.outputContentType(),
                row.outputSize(),
                row.outputSegment(),
                row.outputOffset(),
                row.metadata(),
                row.inputContentType(),
                row.inputSize(),
                row.inputSha256(),
                segment,
                1536L,
                row.statusCode(),
                row.source(),
                row.durationMicros(),
                row.fingerprint());
    }
}
