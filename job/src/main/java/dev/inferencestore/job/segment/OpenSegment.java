package dev.inferencestore.job.segment;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.segment.EntryNames;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.record.InferenceRow;
import dev.inferencestore.storage.record.StoredBatch;
import dev.inferencestore.storage.segment.Segment;
import dev.inferencestore.storage.segment.SegmentKind;
import dev.inferencestore.storage.segment.TarWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A segment that is being filled, and the rows that will point into it. */
final class OpenSegment {
    private final String id = UUID.randomUUID().toString();
    private final String modelId;
    private final SegmentKind kind;
    private final String objectKey;
    private final long openedAt;
    private final TarWriter tar = new TarWriter();
    private final EntryNames names = new EntryNames();
    private final List<InferenceRow> rows = new ArrayList<>();
    private final List<Segment> others = new ArrayList<>();
    private long rowBytes;
    private long oldest = Long.MAX_VALUE;
    private long newest = Long.MIN_VALUE;

    OpenSegment(String prefix, String modelId, SegmentKind kind, long hour, long openedAt) {
        this.modelId = modelId;
        this.kind = kind;
        this.openedAt = openedAt;
        this.objectKey = ObjectKeys.key(prefix, modelId, hour, UUID.fromString(id));
    }

    /** Appends bytes and says where they begin. */
    long append(Inference inference, Payload payload) {
        oldest = Math.min(oldest, inference.createdAt());
        newest = Math.max(newest, inference.createdAt());
        return tar.append(
                names.next(inference.inferenceId(), payload.contentType()), inference.createdAt(), payload.bytes());
    }

    /** A row that points into this segment, and the other segments that it points into. */
    void add(InferenceRow row, List<Segment> otherSegments) {
        rows.add(row);
        rowBytes += row.size();
        others.addAll(otherSegments);
    }

    String id() {
        return id;
    }

    String objectKey() {
        return objectKey;
    }

    TarWriter tar() {
        return tar;
    }

    long openedAt() {
        return openedAt;
    }

    /** Roughly the bytes that it holds in memory: entries, and the rows that wait for them. */
    long size() {
        return tar.length() + rowBytes;
    }

    Segment closed() {
        return new Segment(id, modelId, kind, objectKey, 0, tar.length(), oldest, newest, tar.entries());
    }

    /** This segment with all its rows. */
    StoredBatch batch() {
        List<Segment> segments = new ArrayList<>(others);
        segments.add(closed());
        return StoredBatch.of(segments, rows);
    }
}
