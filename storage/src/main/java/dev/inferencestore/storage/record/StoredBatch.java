package dev.inferencestore.storage.record;

import dev.inferencestore.storage.segment.Segment;
import java.util.List;

/**
 * Segments whose bytes are durable, with all rows that point into them; or rows without an input; or, with a version,
 * the word that everything accepted before that control version has been handed on.
 *
 * @param flushVersion zero but for a mark
 */
public record StoredBatch(List<Segment> segments, List<InferenceRow> rows, long flushVersion) {

    public static StoredBatch of(List<Segment> segments, List<InferenceRow> rows) {
        return new StoredBatch(segments, rows, 0);
    }

    /** Everything accepted before a control version has gone before this. */
    public static StoredBatch mark(long version) {
        return new StoredBatch(List.of(), List.of(), version);
    }

    public boolean isMark() {
        return flushVersion > 0;
    }

    /** Roughly how many bytes its rows hold. */
    public long size() {
        return rows.stream().mapToLong(InferenceRow::size).sum();
    }
}
