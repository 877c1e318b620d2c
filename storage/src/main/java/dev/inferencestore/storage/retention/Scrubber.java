package dev.inferencestore.storage.retention;

import dev.inferencestore.storage.segment.BrokenTarException;
import dev.inferencestore.storage.segment.ObjectStore;
import dev.inferencestore.storage.segment.ObjectStoreException;
import dev.inferencestore.storage.segment.TarScrub;
import dev.inferencestore.storage.segment.Whole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Overwrites what must go in segments that hold something that stays: every entry but those that a row
 * names. A segment of which nothing stays is deleted. All rows of a segment come in one transaction with it, so
 * what no row names now, none ever will.
 */
final class Scrubber {
    private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);
    private static final int ATTEMPTS = 5;

    private final Run run;
    private final Handle handle;
    private final ObjectStore objects;

    Scrubber(Run run, ObjectStore objects) {
        this.run = run;
        this.handle = run.handle();
        this.objects = objects;
    }

    private record Marked(
            String segmentId, String kind, String key, long base, long length, long oldest, long newest) {}

    private record Kept(long offset, long createdAt) {}

    private record Rewritten(int rewritten, int deleted, long bytes) {
        private void addTo(Handle handle, String taskId) {
            handle.createUpdate(RemovalSql.ADD_REWRITTEN)
                    .bind("taskId", taskId)
                    .bind("rewritten", rewritten)
                    .bind("deleted", deleted)
                    .bind("bytes", bytes)
                    .execute();
        }
    }

    /** Segments of one kind and hour, whose rows are looked up together. */
    private record Group(String kind, long hour) {}

    /**
     * Scrubs every segment of the model that is marked for it, while no slice is claimed. One that cannot be scrubbed
     * keeps none of the others from it.
     *
     * @param taskId whose numbers it adds to; null where nobody asked for it
     */
    void scrubAll(@Nullable String taskId) {
        RuntimeException first = null;
        for (Map.Entry<Group, List<Marked>> group : marked().entrySet()) {
            Map<String, List<Kept>> kept = kept(group.getKey(), group.getValue());
            for (Marked segment : group.getValue()) {
                try {
                    scrub(segment, kept.getOrDefault(segment.segmentId(), List.of()), taskId);
                    run.listener().scrubbed();
                } catch (BrokenTarException | IllegalStateException | ObjectStoreException failed) {
                    if (failed instanceof ObjectStoreException store && store.passing()) {
                        throw failed;
                    }
                    LOG.warn("segment '{}' is not scrubbed: {}", segment.segmentId(), failed.getMessage());
                    first = first == null ? failed : first;
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private Map<Group, List<Marked>> marked() {
        return handle.createQuery(RemovalSql.TO_SCRUB)
                .bind("modelId", run.modelId())
                .map((row, context) -> new Marked(
                        row.getString("segment_id"),
                        row.getString("kind"),
                        row.getString("object_key"),
                        row.getLong("base_offset"),
                        row.getLong("length"),
                        row.getLong("oldest"),
                        row.getLong("newest")))
                .collect(Collectors.groupingBy(
                        segment -> new Group(segment.kind(), Matched.floor(segment.oldest())),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    private void scrub(Marked segment, List<Kept> kept, @Nullable String taskId) {
        run.renew();
        boolean whole = kept.isEmpty() && isAlone(segment);
        long overwritten = 0;
        if (whole) {
            objects.delete(List.of(segment.key()));
        } else {
            overwritten = overwrite(segment, kept);
        }
        Rewritten rewritten = new Rewritten(overwritten > 0 ? 1 : 0, whole ? 1 : 0, overwritten);
        handle.useTransaction(same -> {
            run.leases().renew(same, run.lease());
            if (taskId != null) {
                rewritten.addTo(same, taskId);
            }
            if (kept.isEmpty()) {
                same.createUpdate(RemovalSql.FORGET_SEGMENT)
                        .bind("segmentId", segment.segmentId())
                        .execute();
            } else {
                same.createUpdate(RemovalSql.SCRUBBED)
                        .bind("segmentId", segment.segmentId())
                        .bind("entries", kept.size())
                        .bind(
                                "oldest",
                                kept.stream().mapToLong(Kept::createdAt).min().getAsLong())
                        .execute();
            }
        });
    }

    /** Asked for each when its turn has come: the one before it may have been the other one in its object. */
    private boolean isAlone(Marked segment) {
        return handle.createQuery(RemovalSql.IS_ALONE)
                .bind("objectKey", segment.key())
                .bind("segmentId", segment.segmentId())
                .mapTo(Boolean.class)
                .one();
    }

    /** The bytes that were overwritten. */
    private long overwrite(Marked segment, List<Kept> kept) {
        Set<Long> offsets = new HashSet<>();
        kept.forEach(entry -> offsets.add(entry.offset()));
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<Whole> object = objects.readAll(segment.key());
            if (object.isEmpty()) {
                LOG.error("object '{}' is gone, although {} rows name it", segment.key(), kept.size());
                return 0;
            }
            byte[] bytes = object.get().bytes();
            TarScrub.Scrubbed done = TarScrub.scrub(bytes, segment.base(), segment.length(), offsets);
            if (done.lost() > 0) {
                LOG.error("{} entries of object '{}' are named by rows and overwritten", done.lost(), segment.key());
            }
            if (done.scrubbed() == 0) {
                return 0;
            }
            run.renew();
            if (objects.replace(segment.key(), bytes, object.get().tag())) {
                return done.bytes();
            }
        }
        throw new IllegalStateException(
                "object '" + segment.key() + "' is changed by somebody else whenever it is to be overwritten");
    }

    /**
     * What rows name of each segment of an hour, in one pass over it: those whose input a run took name it no more, wherever
     * the floors are. Only the owner of the lease takes rows away, so it holds until all of them are scrubbed.
     */
    private Map<String, List<Kept>> kept(Group group, List<Marked> segments) {
        boolean inputs = Slice.Kind.BLOBS.segments().equals(group.kind());
        Map<String, List<Kept>> kept = new HashMap<>();
        handle.createQuery(inputs ? RemovalSql.KEPT_INPUTS : RemovalSql.KEPT_OUTPUTS)
                .bind("modelId", run.modelId())
                .bindArray(
                        "segments",
                        String.class,
                        segments.stream().map(Marked::segmentId).toArray())
                .bind("from", segments.stream().mapToLong(Marked::oldest).min().orElseThrow())
                .bind("to", segments.stream().mapToLong(Marked::newest).max().orElseThrow())
                .map((row, context) -> Map.entry(row.getString(1), new Kept(row.getLong(2), row.getLong(3))))
                .forEach(entry -> kept.computeIfAbsent(entry.getKey(), any -> new ArrayList<>())
                        .add(entry.getValue()));
        return kept;
    }
}
