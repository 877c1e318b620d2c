package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What lies between floors and cutoffs and no hold keeps. Whole hours are added up from {@code model_hours}; only the hours
 * that a cutoff, a floor or a hold cuts are counted by rows.
 *
 * @param blobs inputs
 * @param bytes of those inputs
 * @param held records that holds keep back, whole or with their inputs
 */
public record Matched(
        long records,
        long blobs,
        long bytes,
        @Nullable Instant oldest,
        @Nullable Instant newest,
        long held) {
    private static final long HOUR = 3_600_000_000L;

    /** Where there is something left for a run: what it would hide again, or remove again, is none of it. */
    static Cutoffs leftBy(Floors floors, DeleteAction action) {
        return action == DeleteAction.SOFT ? floors.visible() : floors.hard();
    }

    /** Counts what a run from these floors up to these cutoffs finds; one that removes, what lifted holds have left too. */
    static Matched find(Handle handle, String modelId, DeleteAction action, Cutoffs from, Cutoffs upTo) {
        Matched found = count(handle, modelId, from, upTo);
        return action == DeleteAction.HARD ? LeftBehind.addTo(found, handle, modelId) : found;
    }

    private static Matched count(Handle handle, String modelId, Cutoffs from, Cutoffs upTo) {
        Held held = Held.read(handle, modelId);
        Sums records = Sums.NONE;
        Sums blobs = Sums.NONE;
        List<Long> ends = new ArrayList<>();
        for (Span span : held.free(from.records(), upTo.records()).all()) {
            records = records.plus(sums(handle, modelId, span.from(), span.to(), false));
            ends.addAll(ends(handle, modelId, span, held, false));
        }
        for (Span span : held.free(from.blobs(), upTo.blobs()).all()) {
            blobs = blobs.plus(sums(handle, modelId, span.from(), span.to(), false));
            ends.addAll(ends(handle, modelId, span, held, true));
        }
        Sums keptRecords = held.byIds(from.records(), upTo.records());
        Sums keptBlobs = held.byIds(from.blobs(), upTo.blobs());
        return new Matched(
                records.records - keptRecords.records,
                blobs.inputs - keptBlobs.inputs,
                blobs.bytes - keptBlobs.bytes,
                ends.stream().min(Long::compare).map(RetentionJson::instant).orElse(null),
                ends.stream().max(Long::compare).map(RetentionJson::instant).orElse(null),
                held.back(upTo));
    }

    /**
     * With what lifted holds have left, which goes with the next run that removes.
     *
     * @param ends the times of the oldest and of the newest of it
     */
    Matched plus(Sums records, Sums inputs, List<Long> ends) {
        List<Instant> all = Stream.concat(
                        Stream.of(oldest, newest), ends.stream().map(RetentionJson::instant))
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        return new Matched(
                this.records + records.records,
                blobs + inputs.inputs,
                bytes + inputs.bytes,
                all.isEmpty() ? null : all.get(0),
                all.isEmpty() ? null : all.get(all.size() - 1),
                held);
    }

    /** Rows, and those of them whose inputs are stored. */
    record Sums(long records, long inputs, long bytes) {
        static final Sums NONE = new Sums(0, 0, 0);

        Sums plus(Sums more) {
            return new Sums(records + more.records, inputs + more.inputs, bytes + more.bytes);
        }

        Sums minus(Sums less) {
            return new Sums(records - less.records, inputs - less.inputs, bytes - less.bytes);
        }
    }

    /**
     * Adds up a range of event time, half open.
     *
     * @param look whether to look for the segments of the inputs, as is necessary below the hard floor
     */
    static Sums sums(Handle handle, String modelId, long from, long to, boolean look) {
        if (from >= to) {
            return Sums.NONE;
        }
        long firstWhole = from == Cutoffs.KEEP ? from : ceil(from);
        long lastWhole = floor(to);
        if (firstWhole > lastWhole) {
            return rows(handle, modelId, from, to, look);
        }
        Sums whole = handle.createQuery(RemovalSql.SUM_HOURS)
                .bind("modelId", modelId)
                .bind("from", firstWhole)
                .bind("to", lastWhole)
                .map((row, context) -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
        Sums before = from == firstWhole ? Sums.NONE : rows(handle, modelId, from, firstWhole, look);
        Sums after = lastWhole == to ? Sums.NONE : rows(handle, modelId, lastWhole, to, look);
        return whole.plus(before).plus(after);
    }

    /**
     * Counts the rows of a range.
     *
     * @param look whether to look for the segments of the inputs, as is necessary below the hard floor
     */
    static Sums rows(Handle handle, String modelId, long from, long to, boolean look) {
        return handle.createQuery(RemovalSql.SUM_ROWS)
                .bind("modelId", modelId)
                .bind("from", from)
                .bind("to", to)
                .bind("look", look)
                .map((row, context) -> new Sums(row.getLong(1), row.getLong(2), row.getLong(3)))
                .one();
    }

    /** The times of the oldest and the newest row of a range (with an input, where that is asked) that no id holds. */
    static List<Long> ends(Handle handle, String modelId, Span span, Held held, boolean inputs) {
        return Stream.of(RemovalSql.OLDEST, RemovalSql.NEWEST)
                .map(sql -> handle.createQuery(sql)
                        .bind("modelId", modelId)
                        .bind("from", span.from())
                        .bind("to", span.to())
                        .bind("ids", held.ids())
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
