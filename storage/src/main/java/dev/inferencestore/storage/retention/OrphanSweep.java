package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.segment.ListedKey;
import dev.inferencestore.domain.segment.ObjectKeys;
import dev.inferencestore.storage.segment.Listing;
import dev.inferencestore.storage.segment.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes objects that no row names, which a crash between upload and flush leaves. An orphan is claimed first, by
 * making its {@code segments} row in state {@code swept}, and only then deleted: a writer that stored its row before
 * keeps the object, one that comes later fails with {@code SegmentSweptException} and sends its inputs again. A claim
 * whose object was not deleted is carried out by the next sweep.
 *
 * <p>Only old objects are swept, so that no writer meets a claim without a reason. Only the folders of models are
 * listed. Everything there is taken to be this database's: two stores with one bucket need different prefixes, and what
 * a database that was restored from a backup does not know any more is an orphan too.
 *
 * <p>Safe beside writers, runs and other sweeps.
 */
public final class OrphanSweep {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanSweep.class);
    private static final Duration CLAIMS_STAY = Duration.ofDays(7);

    private final Handle handle;
    private final ObjectStore objects;
    private final String prefix;
    private final Duration age;

    /**
     * Sweeps with a connection, which is the sweep's own while it runs and is in autocommit mode.
     *
     * @param prefix what the keys of all objects begin with, without a slash at its end
     * @param age how long an object must have been there; much longer than a writer holds one back before its row comes
     */
    public OrphanSweep(Handle handle, ObjectStore objects, String prefix, Duration age) {
        if (age.isNegative()) {
            throw new IllegalArgumentException("age must not be negative: " + age);
        }
        this.handle = handle;
        this.objects = objects;
        this.prefix = prefix;
        this.age = age;
    }

    /**
     * Goes once through the folders of all models. Erasures that had ended before what it went through are final then.
     *
     * @param stop asked before each page of up to 1000 objects; once true, the sweep ends with what it did so far
     * @throws dev.inferencestore.storage.segment.ObjectStoreException when the store does not list or delete
     */
    public SweepSummary sweep(BooleanSupplier stop) {
        Instant before = handle.createQuery(SweepSql.NOW)
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant()
                .minus(age);
        SweepSummary done = SweepSummary.NOTHING;
        for (String modelId :
                handle.createQuery(SweepSql.MODELS).mapTo(String.class).list()) {
            done = done.plus(sweep(modelId, before, stop));
        }
        if (!stop.getAsBoolean()) {
            handle.createUpdate(SweepSql.FINAL).bind("before", before).execute();
        }
        return done;
    }

    private SweepSummary sweep(String modelId, Instant before, BooleanSupplier stop) {
        String folder = ObjectKeys.folder(prefix, modelId);
        Set<String> stillThere = new HashSet<>();
        SweepSummary done = SweepSummary.NOTHING;
        String after = null;
        do {
            if (stop.getAsBoolean()) {
                return done;
            }
            Listing page = objects.list(folder, after);
            Sorted sorted = sort(folder, page, before, stillThere);
            done = done.plus(delete(modelId, sorted));
            after = page.next();
        } while (after != null);
        return done.plus(SweepSummary.forgotten(forget(modelId, stillThere)));
    }

    /** An object of a segment. */
    private record Found(Listing.Entry entry, ListedKey key) {}

    /** A page by what is to be done with it. */
    private static final class Sorted {
        private final List<Found> orphans = new ArrayList<>();
        private final List<Listing.Entry> claimed = new ArrayList<>();
        private final List<Listing.Entry> leftovers = new ArrayList<>();
        private int listed;
        private int named;
        private int young;
        private int foreign;
    }

    private Sorted sort(String folder, Listing page, Instant before, Set<String> stillThere) {
        Sorted sorted = new Sorted();
        List<Found> segments = new ArrayList<>();
        for (Listing.Entry entry : page.entries()) {
            sorted.listed++;
            ListedKey key = ListedKey.of(folder, entry.key());
            switch (key.form()) {
                case SEGMENT -> segments.add(new Found(entry, key));
                case FOREIGN -> sorted.foreign++;
                case LEFTOVER -> {
                    if (entry.lastModified().isBefore(before)) {
                        sorted.leftovers.add(entry);
                    } else {
                        sorted.young++;
                    }
                }
            }
        }
        Map<String, Boolean> known = known(segments);
        for (Found found : segments) {
            sort(found, known.get(found.entry().key()), before, sorted, stillThere);
        }
        return sorted;
    }

    /** @param claimed whether only sweeps name it; null where nothing does */
    private static void sort(
            Found found, @Nullable Boolean claimed, Instant before, Sorted sorted, Set<String> stillThere) {
        if (Boolean.FALSE.equals(claimed)) {
            sorted.named++;
        } else if (!found.entry().lastModified().isBefore(before)) {
            sorted.young++;
            if (claimed != null) {
                stillThere.add(found.key().segmentId());
            }
        } else if (claimed != null) {
            sorted.claimed.add(found.entry());
        } else {
            sorted.orphans.add(found);
        }
    }

    private Map<String, Boolean> known(List<Found> segments) {
        if (segments.isEmpty()) {
            return Map.of();
        }
        return handle.createQuery(SweepSql.KNOWN)
                .bindArray("keys", String.class, column(segments, found -> found.entry()
                        .key()))
                .bindArray("segments", String.class, column(segments, found -> found.key()
                        .segmentId()))
                .map((row, context) -> Map.entry(row.getString("object_key"), row.getBoolean("claimed")))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private SweepSummary delete(String modelId, Sorted sorted) {
        List<Listing.Entry> orphans = claim(modelId, sorted.orphans);
        List<Listing.Entry> doomed = new ArrayList<>(orphans);
        doomed.addAll(sorted.claimed);
        doomed.addAll(sorted.leftovers);
        if (!doomed.isEmpty()) {
            objects.delete(doomed.stream().map(Listing.Entry::key).toList());
            LOG.info(
                    "deleted {} objects of model '{}' that no row names, and {} leftovers of unfinished uploads",
                    doomed.size() - sorted.leftovers.size(),
                    modelId,
                    sorted.leftovers.size());
        }
        return new SweepSummary(
                sorted.listed,
                sorted.named + sorted.orphans.size() - orphans.size(),
                sorted.young,
                orphans.size() + sorted.claimed.size(),
                sorted.leftovers.size(),
                sorted.foreign,
                doomed.stream().mapToLong(Listing.Entry::size).sum(),
                0);
    }

    /** Claims orphans and says which of them this sweep has. */
    private List<Listing.Entry> claim(String modelId, List<Found> orphans) {
        if (orphans.isEmpty()) {
            return List.of();
        }
        Set<String> claimed = new HashSet<>(handle.createQuery(SweepSql.CLAIM)
                .bind("modelId", modelId)
                .bindArray("segments", String.class, column(orphans, found -> found.key()
                        .segmentId()))
                .bindArray("keys", String.class, column(orphans, found -> found.entry()
                        .key()))
                .bindArray("lengths", Long.class, column(orphans, found -> found.entry()
                        .size()))
                .bindArray("hours", Long.class, column(orphans, found -> found.key()
                        .hour()))
                .mapTo(String.class)
                .list());
        return orphans.stream()
                .map(Found::entry)
                .filter(entry -> claimed.contains(entry.key()))
                .toList();
    }

    /** Once all of a model was listed: what is not there any more needs no claim, after a time in which no writer can come. */
    private int forget(String modelId, Set<String> stillThere) {
        return handle.createUpdate(SweepSql.FORGET)
                .bind("modelId", modelId)
                .bind("seconds", CLAIMS_STAY.toSeconds())
                .bindArray("stillThere", String.class, stillThere.toArray())
                .execute();
    }

    private static Object[] column(List<Found> objects, Function<Found, ?> column) {
        return objects.stream().map(column).toArray();
    }
}
