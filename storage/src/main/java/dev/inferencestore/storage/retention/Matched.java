package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Floors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What lies between floors and cutoffs. Whole hours are added up from {@code model_hours}; only the hours that a cutoff
 * or a floor cuts are counted by rows.
 *
 * @param blobs inputs
 * @param bytes of those inputs
 */
public record Matched(
        long records,
        long blobs,
        long bytes,
        @Nullable Instant oldest,
        @Nullable Instant newest) {
    private static final long HOUR = 3_600_000_000L;

    /** Where there is something left for a run: what it would hide again, or remove again, is none of it. */
    static Cutoffs leftBy(Floors floors, DeleteAction action) {
        return action == DeleteAction.SOFT ? floors.visible() : floors.hard();
    }

    /** Counts what a run from these floors up to these cutoffs finds. */
    static Matched count(Handle handle, String modelId, Cutoffs from, Cutoffs upTo) {
        Sums records = sums(handle, modelId, from.records(), upTo.records());
        Sums blobs = sums(handle, modelId, from.blobs(), upTo.blobs());
        List<Long> ends = new ArrayList<>();
        ends.addAll(ends(handle, modelId, from.records(), upTo.records(), false));
        ends.addAll(ends(handle, modelId, from.blobs(), upTo.blobs(), true));
        return new Matched(
                records.records,
                blobs.inputs,
                blobs.bytes,
                ends.stream().min(Long::compare).map(RetentionJson::instant).orElse(null),
                ends.stream().max(Long::compare).map(RetentionJson::instant).orElse(null));
    }

    /** Rows, and those of them whose inputs are stored. */
    record Sums(long records, long inputs, long bytes) {
        static final Sums NONE = new Sums(0, 0, 0);

        Sums plus(Sums more) {
            return new Sums(records + more.records, inputs + more.inputs, bytes + more.bytes);
        }
    }

    /** Adds up a range of event time, half open. */
    private static Sums sums(Handle handle, String modelId, long from, long to) {
        if (from >= to) {
            return Sums.NONE;
        }
        long firstWhole = from == Cutoffs.KEEP ? from : ceil(from);
        long lastWhole = floor(to);
        if (firstWhole > lastWhole) {
            return rows(handle, modelId, from, to);
        }
        Sums whole = handle.createQuery(RemovalSql.SUM_HOURS)
                .bind("modelId", modelId)
                .bind("from", firstWhole)
                .bind("to", lastWhole)
                .map((row, context) -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
        Sums before = from == firstWhole ? Sums.NONE : rows(handle, modelId, from, firstWhole);
        Sums after = lastWhole == to ? Sums.NONE : rows(handle, modelId, lastWhole, to);
        return whole.plus(before).plus(after);
    }

    /** Counts the rows of a range within an hour. */
    static Sums rows(Handle handle, String modelId, long from, long to) {
        return handle.createQuery(RemovalSql.SUM_ROWS)
                .bind("modelId", modelId)
                .bind("from", from)
                .bind("to", to)
                .map((row, context) -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    private static List<Long> ends(Handle handle, String modelId, long from, long to, boolean inputs) {
        if (from >= to) {
            return List.of();
        }
        return Stream.of(RemovalSql.OLDEST, RemovalSql.NEWEST)
                .map(sql -> handle.createQuery(sql)
                        .bind("modelId", modelId)
                        .bind("from", from)
                        .bind("to", to)
                        .bind("inputs", inputs)
                        .mapTo(Long.class)
                        .findOne()
                        .orElse(null))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The hour that a time is in. */
    static long floor(long micros) {
        return Math.floorDiv(micros, HOUR) * HOUR;
    }

    /** The first full hour at or after a time. */
    static long ceil(long micros) {
        return -Math.floorDiv(-micros, HOUR) * HOUR;
    }
}
