package dev.inferencestore.storage.record;

import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.progress.IngestCounts;
import dev.inferencestore.storage.segment.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up what becomes of the rows of one flush, and which segments are worth a row of their own. */
final class FlushOutcome {
    private final long offered;
    private final Map<HourKey, Hour> hours = new HashMap<>();
    private final Map<IngestCounts.Key, IngestCounts.Count> ingest = new HashMap<>();
    private final Map<String, Long> refused = new HashMap<>();
    private final Set<String> named = new HashSet<>();
    private final Set<String> toScrub = new HashSet<>();
    private final Map<String, Segment> segments = new LinkedHashMap<>();
    private final Set<String> present = new HashSet<>();
    private long inserted;
    private long alreadyThere;
    private long conflicting;
    private long withoutInput;

    FlushOutcome(long offered) {
        this.offered = offered;
    }

    void inserted(InferenceRow row) {
        inserted++;
        count(row, "inserted", "");
        name(row);
        HourKey key = new HourKey(row.modelId(), ObjectKeys.hour(row.createdAt()));
        hours.computeIfAbsent(key, any -> new Hour()).add(row);
    }

    void alreadyThere(InferenceRow row) {
        alreadyThere++;
        count(row, "already_there", "");
    }

    /**
     * A row whose key is taken by another content.
     *
     * @param kept false where the same conflict was kept before
     */
    void conflicting(InferenceRow row, boolean kept) {
        conflicting++;
        count(row, "conflicting", "");
        if (kept) {
            name(row);
        }
    }

    void refused(InferenceRow row, String reason) {
        refused.merge(reason, 1L, Long::sum);
        count(row, "refused", reason);
        scrub(row.inputSegment());
        scrub(row.outputSegment());
    }

    /** A row that is stored, but whose bytes are to go from the segment. */
    InferenceRow withoutInput(InferenceRow row) {
        if (row.inputSegment() == null) {
            return row;
        }
        withoutInput++;
        scrub(row.inputSegment());
        return row.withoutInput();
    }

    void offer(List<Segment> offeredSegments) {
        offeredSegments.forEach(segment -> segments.put(segment.segmentId(), segment));
    }

    /** Segments that a row names, each with its state. */
    Map<Segment, String> referenced() {
        Map<Segment, String> states = new LinkedHashMap<>();
        for (Segment segment : segments.values()) {
            if (named.contains(segment.segmentId())) {
                states.put(segment, toScrub.contains(segment.segmentId()) ? "to_scrub" : "stored");
            }
        }
        return states;
    }

    /** Ids of segments that none of the rows of this flush names. */
    List<String> unreferenced() {
        return segments.keySet().stream().filter(id -> !named.contains(id)).toList();
    }

    /** An unreferenced segment has its row already: an earlier attempt of this flush was committed after all. */
    void found(String segmentId) {
        present.add(segmentId);
    }

    Map<HourKey, Hour> hours() {
        return hours;
    }

    Map<IngestCounts.Key, IngestCounts.Count> ingest() {
        return ingest;
    }

    FlushResult result() {
        List<String> orphans = new ArrayList<>();
        for (String id : unreferenced()) {
            Segment segment = segments.get(id);
            if (segment != null && !present.contains(id)) {
                orphans.add(segment.objectKey());
            }
        }
        return new FlushResult(offered, inserted, alreadyThere, refused, conflicting, withoutInput, orphans);
    }

    private void name(InferenceRow row) {
        addIfThere(named, row.inputSegment());
        addIfThere(named, row.outputSegment());
    }

    private void scrub(@Nullable String segment) {
        addIfThere(toScrub, segment);
    }

    private static void addIfThere(Collection<String> ids, @Nullable String id) {
        if (id != null) {
            ids.add(id);
        }
    }

    private void count(InferenceRow row, String outcome, String reason) {
        ingest.computeIfAbsent(new IngestCounts.Key(row.modelId(), outcome, reason), any -> new IngestCounts.Count())
                .add(1, null);
    }

    /** A model's hour of event time, in hours since 1970. */
    record HourKey(String modelId, long hour) {}

    /** What a flush adds to an hour. */
    static final class Hour {
        long records;
        long inputs;
        long bytes;
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;

        private void add(InferenceRow row) {
            records++;
            if (row.inputSegment() != null) {
                inputs++;
                bytes += row.inputSize() == null ? 0 : row.inputSize();
            }
            oldest = Math.min(oldest, row.createdAt());
            newest = Math.max(newest, row.createdAt());
        }
    }
}
