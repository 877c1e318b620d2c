package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.storage.filter.FilterJson;
import dev.inferencestore.storage.filter.FilterSql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Erases what a filter means, some inferences at a time. First their tombstones, under the lock of the floors: the point
 * of no return, past which no flush stores them. Then their rows with their numbers, in a transaction of its own that
 * whoever comes after a crash makes again. At last every segment of those hours with an entry that no row names is marked,
 * and overwritten by the {@link Scrubber}.
 */
final class EraseSteps {
    /** Rows that are looked at for each that is taken in one batch, at least. */
    private static final int ROWS_A_LOOK = 20;

    private final Run run;
    private final Handle handle;
    private final TaskSteps tasks;
    private List<Long> looks = List.of();

    EraseSteps(Run run, TaskSteps tasks) {
        this.run = run;
        this.handle = run.handle();
        this.tasks = tasks;
    }

    /** Takes the rows of what was claimed and not taken. */
    void finishClaimed() {
        handle.createQuery(EraseSql.CLAIMED_TASKS)
                .bind("modelId", run.modelId())
                .mapTo(String.class)
                .list()
                .forEach(this::take);
    }

    /** Counts what an erase would take. */
    void count(Task task) {
        InferenceFilter filter = filter(task);
        Matched found = FilterSql.bind(handle.createQuery(EraseSql.count(filter)), filter)
                .bind("modelId", run.modelId())
                .bind("before", end(task))
                .bind("anyHold", anyHold())
                .map((row, context) -> new Matched(
                        row.getLong("records"),
                        row.getLong("inputs"),
                        row.getLong("bytes"),
                        Rows.instantOrNull(row, "oldest"),
                        Rows.instantOrNull(row, "newest"),
                        row.getLong("held")))
                .one();
        tasks.found(task, found);
    }

    /** Erases all that is meant and not held, up to marking the copies; false when the task was ended on the way. */
    boolean erase(Task task) {
        InferenceFilter filter = filter(task);
        looks = filter.inferenceIds().isEmpty() ? looks(end(task)) : List.of(end(task));
        long held = 0;
        Chosen last = new Chosen(Cutoffs.KEEP, "");
        for (List<Chosen> some = choose(filter, last); !some.isEmpty(); some = choose(filter, last)) {
            Batch batch = new Batch(
                    last, some.stream().map(Chosen::inferenceId).distinct().toList());
            last = some.get(some.size() - 1);
            if (!claim(task, filter, batch, held)) {
                return false;
            }
            held += batch.heldRows;
            run.listener().passed(RunListener.Step.TOMBSTONED, run.modelId());
            take(task.taskId());
        }
        markCopies(task.taskId());
        run.listener().passed(RunListener.Step.COPIES_MARKED, run.modelId());
        return true;
    }

    /** Marks the copies of what tasks took that were cancelled or failed before they came to it. */
    void finishCopies() {
        handle.createQuery(EraseSql.COPIES_DUE)
                .bind("modelId", run.modelId())
                .mapTo(String.class)
                .list()
                .forEach(this::markCopies);
    }

    private void markCopies(String taskId) {
        List<Long> hours = handle.createQuery(EraseSql.HOURS_OF_TASK)
                .bind("taskId", taskId)
                .mapTo(Long.class)
                .list();
        // An hour at a time: a subject of years may be in thousands.
        for (long hour : hours) {
            handle.useTransaction(same -> {
                same.createUpdate(EraseSql.MARK_COPIES)
                        .bind("modelId", run.modelId())
                        .bind("hour", hour)
                        .execute();
                run.leases().renew(same, run.lease());
            });
        }
        handle.useTransaction(same -> {
            same.createUpdate(EraseSql.COPIES_MARKED).bind("taskId", taskId).execute();
            run.leases().renew(same, run.lease());
        });
    }

    /** A row that the filter meets, at the end of whose batch the next one begins. */
    private record Chosen(long createdAt, String inferenceId) {}

    private static final class Batch {
        private final Chosen after;
        private final List<String> ids;
        private long heldRows;

        private Batch(Chosen after, List<String> ids) {
            this.after = after;
            this.ids = ids;
        }
    }

    private record Halves(long rows, long newest) {}

    /** The next that are meant. Where hardly anything is, it looks through so many rows at a time: each statement is bounded. */
    private List<Chosen> choose(InferenceFilter filter, Chosen after) {
        Chosen from = after;
        for (long end : looks) {
            if (end > from.createdAt()) {
                List<Chosen> some = choose(filter, from, end);
                if (!some.isEmpty()) {
                    return some;
                }
                from = new Chosen(end, "");
                run.leases().renew(handle, run.lease());
            }
        }
        return List.of();
    }

    private List<Chosen> choose(InferenceFilter filter, Chosen after, long before) {
        return FilterSql.bind(handle.createQuery(EraseSql.choose(filter)), filter)
                .bind("modelId", run.modelId())
                .bind("before", before)
                .bind("afterTime", after.createdAt())
                .bind("afterId", after.inferenceId())
                .bind("limit", run.settings().idsABatch())
                .map((row, context) -> new Chosen(row.getLong("created_at"), row.getString("inference_id")))
                .list();
    }

    /** Up to which event times it looks at once: whole hours with so many rows together, and the rest. */
    private List<Long> looks(long end) {
        List<Long> ends = new ArrayList<>();
        long rows = 0;
        for (Map.Entry<Long, Long> hour : hours()) {
            if (rows >= (long) ROWS_A_LOOK * run.settings().idsABatch() && hour.getKey() < end) {
                ends.add(hour.getKey());
                rows = 0;
            }
            rows += hour.getValue();
        }
        ends.add(end);
        return ends;
    }

    private List<Map.Entry<Long, Long>> hours() {
        return handle.createQuery(EraseSql.HOURS)
                .bind("modelId", run.modelId())
                .map((row, context) -> Map.entry(row.getLong("hour"), row.getLong("records")))
                .list();
    }

    /** The halves are read before the lock, for which writers wait; those that come in between are of that time at most. */
    private boolean claim(Task task, InferenceFilter filter, Batch batch, long heldBefore) {
        Map<String, Halves> halves = halves(batch.ids);
        Set<String> counted = metBefore(filter, batch);
        return run.underFloors(floors -> {
            if (tasks.goOn(task.taskId(), floors).isEmpty()) {
                return false;
            }
            Set<String> held = held(batch.ids);
            long now = run.clock().now(RetentionPolicies.now(handle));
            List<String> ids = new ArrayList<>();
            List<Long> erasedAt = new ArrayList<>();
            halves.forEach((id, rows) -> {
                if (held.contains(id)) {
                    batch.heldRows += counted.contains(id) ? 0 : rows.rows();
                } else {
                    ids.add(id);
                    erasedAt.add(Math.max(now, rows.newest()));
                }
            });
            for (String add : List.of(EraseSql.ADD_TOMBSTONES, EraseSql.ADD_TO_RECEIPT)) {
                handle.createUpdate(add)
                        .bind("modelId", run.modelId())
                        .bind("taskId", task.taskId())
                        .bindArray("ids", String.class, ids.toArray())
                        .bindArray("erasedAt", Long.class, erasedAt.toArray())
                        .execute();
            }
            handle.createUpdate(EraseSql.WRITE_CLAIMED)
                    .bind("taskId", task.taskId())
                    .bind("held", heldBefore + batch.heldRows)
                    .execute();
            return true;
        });
    }

    private Map<String, Halves> halves(List<String> ids) {
        Map<String, Halves> halves = new LinkedHashMap<>();
        handle.createQuery(EraseSql.ROWS_OF_IDS)
                .bind("modelId", run.modelId())
                .bindArray("ids", String.class, ids.toArray())
                .map((row, context) -> Map.entry(
                        row.getString("inference_id"), new Halves(row.getLong("rows"), row.getLong("newest"))))
                .forEach(entry -> halves.put(entry.getKey(), entry.getValue()));
        return halves;
    }

    private Set<String> held(List<String> ids) {
        if (!anyHold()) {
            return Set.of();
        }
        return new HashSet<>(handle.createQuery(EraseSql.HELD_IDS)
                .bind("modelId", run.modelId())
                .bindArray("ids", String.class, ids.toArray())
                .mapTo(String.class)
                .list());
    }

    /** A held inference of several times stays, and so is met again by later batches. */
    private Set<String> metBefore(InferenceFilter filter, Batch batch) {
        if (batch.after.createdAt() == Cutoffs.KEEP || !anyHold()) {
            return Set.of();
        }
        return new HashSet<>(FilterSql.bind(handle.createQuery(EraseSql.metBefore(filter)), filter)
                .bind("modelId", run.modelId())
                .bindArray("batch", String.class, batch.ids.toArray())
                .bind("afterTime", batch.after.createdAt())
                .bind("afterId", batch.after.inferenceId())
                .mapTo(String.class)
                .list());
    }

    private boolean anyHold() {
        return handle.createQuery(EraseSql.ANY_HOLD)
                .bind("modelId", run.modelId())
                .mapTo(Boolean.class)
                .one();
    }

    /** The lock of the floors comes last but for the numbers, as where a slice's rows are taken. */
    private void take(String taskId) {
        RunListener.Removed removed = handle.inTransaction(same -> {
            ErasedRows gone = new ErasedRows(handle, run.modelId(), taskId);
            gone.take();
            run.lockFloors();
            gone.hours().subtract(handle, run.modelId());
            tasks.add(taskId, gone.removed());
            handle.createUpdate(EraseSql.END_CLAIM)
                    .bind("modelId", run.modelId())
                    .bind("taskId", taskId)
                    .execute();
            return gone.removed();
        });
        run.listener().removed(removed);
        run.listener().passed(RunListener.Step.ERASED, run.modelId());
    }

    private static InferenceFilter filter(Task task) {
        return FilterJson.read(
                Objects.requireNonNull(Objects.requireNonNull(task.erasing()).filter()));
    }

    private static long end(Task task) {
        return Objects.requireNonNull(task.cutoffs(), "started").records();
    }
}
