package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.filter.InferenceFilter;
import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.storage.filter.FilterJson;
import dev.inferencestore.storage.filter.FilterSql;
import dev.inferencestore.storage.record.StoredIds;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Erasing on request: tasks that the job carries out, and their receipts. Connections must have {@code inference_store}
 * as their schema.
 */
public final class Erasures {
    private final Jdbi jdbi;

    public Erasures(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * What is to be erased.
     *
     * @param filter not an empty one; null where the dry run says it
     * @param exceptHeld whether to leave what is held, where otherwise nothing is erased
     * @param dryRunId a dry run that is complete, whose filter it takes
     */
    public record Request(
            @Nullable InferenceFilter filter,
            boolean dryRun,
            boolean exceptHeld,
            @Nullable String dryRunId) {}

    /**
     * Makes a task that erases one inference, all its halves.
     *
     * @param actor who asks
     * @throws NotFound when there is no such model or inference
     * @throws Conflict when it is held
     */
    public Task eraseOne(String modelId, String inferenceId, String actor) {
        return eraseOne(modelId, inferenceId, actor, null).task();
    }

    /**
     * The same, or finds the task that the same request made.
     *
     * @param key null where the request does not say how it is known
     * @throws Invalid where the key was used for another request
     */
    public MadeTask eraseOne(String modelId, String inferenceId, String actor, @Nullable RequestKey key) {
        return jdbi.inTransaction(handle -> Once.make(handle, modelId, key, taskId -> {
            RetentionPolicies.requireRegistered(handle, modelId);
            InferenceFilter filter = InferenceFilter.ids(List.of(inferenceId));
            if (!StoredIds.unknown(handle, modelId, filter.inferenceIds()).isEmpty()) {
                throw NotFound.inference(modelId, inferenceId);
            }
            return create(handle, modelId, filter, new Request(filter, false, false, null), actor, taskId);
        }));
    }

    /**
     * Makes a task that erases what a filter means, or counts it.
     *
     * @param actor who asks
     * @throws NotFound when there is no such model or dry run
     * @throws Invalid when the filter is empty or names ids that the model does not have
     * @throws Conflict when some of it is held, or the dry run does not fit
     */
    public Task erase(String modelId, Request request, String actor) {
        return erase(modelId, request, actor, null).task();
    }

    /**
     * The same, or finds the task that the same request made.
     *
     * @param key null where the request does not say how it is known
     * @throws Invalid also where the key was used for another request
     */
    public MadeTask erase(String modelId, Request request, String actor, @Nullable RequestKey key) {
        return jdbi.inTransaction(handle -> Once.make(handle, modelId, key, taskId -> {
            RetentionPolicies.requireRegistered(handle, modelId);
            InferenceFilter filter =
                    request.filter() == null ? ofDryRun(handle, modelId, request.dryRunId()) : request.filter();
            if (filter.isEmpty()) {
                throw new Invalid("filter", "must not be empty: to erase all there is, unregister with ?erase=true");
            }
            List<String> unknown = StoredIds.unknown(handle, modelId, filter.inferenceIds());
            if (!unknown.isEmpty()) {
                throw new Invalid(
                        "filter.inference_ids",
                        "must be of inferences that are stored; these are not: " + String.join(", ", unknown));
            }
            return create(handle, modelId, filter, request, actor, taskId);
        }));
    }

    /**
     * A page of a receipt.
     *
     * @param task whose figures and state it has
     * @param items what was erased, by id
     */
    public record Receipt(Task task, List<Item> items) {}

    /**
     * One inference on a receipt.
     *
     * @param erasedAt events of this id up to then are refused, microseconds since 1970
     * @param sha256 of its inputs, hexadecimal
     * @param removed whether its rows are gone; its bytes are once the task is complete
     */
    public record Item(
            String inferenceId,
            long erasedAt,
            int records,
            int inputs,
            long bytes,
            List<String> sha256,
            boolean removed) {}

    /**
     * Reads a receipt, also of a model that is unregistered.
     *
     * @param after only items with a greater id; empty for all
     * @throws NotFound when the model was never registered or has no such erase
     */
    public Receipt receipt(String modelId, String taskId, String after, int limit) {
        return jdbi.withHandle(handle -> {
            RetentionPolicies.requireKnown(handle, modelId);
            Task task = RetentionTasks.require(handle, RetentionSql.TASK, modelId, taskId);
            if (task.erasing() == null || task.dryRun()) {
                throw new NotFound(NotFound.What.TASK, "task '" + taskId + "' erases nothing, so it has no receipt");
            }
            return new Receipt(
                    task,
                    handle.createQuery(EraseSql.RECEIPT)
                            .bind("taskId", taskId)
                            .bind("after", after)
                            .bind("limit", limit)
                            .map((row, context) -> item(row))
                            .list());
        });
    }

    static Task add(
            Handle handle,
            String modelId,
            @Nullable InferenceFilter filter,
            boolean dryRun,
            @Nullable String dryRunId,
            String actor) {
        return add(
                handle,
                modelId,
                filter,
                dryRun,
                dryRunId,
                actor,
                UUID.randomUUID().toString());
    }

    private static Task add(
            Handle handle,
            String modelId,
            @Nullable InferenceFilter filter,
            boolean dryRun,
            @Nullable String dryRunId,
            String actor,
            String taskId) {
        handle.createUpdate(EraseSql.ADD_TASK)
                .bind("taskId", taskId)
                .bind("modelId", modelId)
                .bind("dryRun", dryRun)
                .bind("requestedBy", actor)
                .bind("dryRunId", dryRunId)
                .bind("filter", filter == null ? null : FilterJson.write(filter))
                .bind("wholeModel", filter == null)
                .execute();
        Task task = RetentionTasks.require(handle, RetentionSql.TASK, modelId, taskId);
        RetentionEvents.task(handle, "task.created", actor, null, task);
        return task;
    }

    private static Task create(
            Handle handle, String modelId, InferenceFilter filter, Request request, String actor, String taskId) {
        if (!request.dryRun() && !request.exceptHeld()) {
            checkNoneIsHeld(handle, modelId, filter);
        }
        return add(handle, modelId, filter, request.dryRun(), request.dryRunId(), actor, taskId);
    }

    private static void checkNoneIsHeld(Handle handle, String modelId, InferenceFilter filter) {
        boolean anyHold = handle.createQuery(EraseSql.ANY_HOLD)
                .bind("modelId", modelId)
                .mapTo(Boolean.class)
                .one();
        if (!anyHold) {
            return;
        }
        long held = FilterSql.bind(handle.createQuery(EraseSql.held(filter)), filter)
                .bind("modelId", modelId)
                .mapTo(Long.class)
                .one();
        if (held > 0) {
            throw new Conflict(
                    held + " of the inferences that are meant are held: lift the holds, or erase all but those"
                            + " with \"except_held\": true");
        }
    }

    private static InferenceFilter ofDryRun(Handle handle, String modelId, @Nullable String dryRunId) {
        if (dryRunId == null) {
            throw new Invalid("filter", "must be there unless dry_run_id says which dry run has it");
        }
        Task dryRun = RetentionTasks.require(handle, RetentionSql.TASK, modelId, dryRunId);
        Task.Erase erase = dryRun.erasing();
        String filter = erase == null ? null : erase.filter();
        if (filter == null || !dryRun.dryRun() || dryRun.state() != TaskState.COMPLETE) {
            throw new Conflict("task '" + dryRunId + "' is no dry run of an erase that is complete");
        }
        return FilterJson.read(filter);
    }

    private static Item item(ResultSet row) throws SQLException {
        Array sha256 = row.getArray("sha256");
        return new Item(
                row.getString("inference_id"),
                row.getLong("erased_micros"),
                row.getInt("records"),
                row.getInt("inputs"),
                row.getLong("bytes"),
                List.of((String[]) sha256.getArray()),
                row.getObject("removed_at", OffsetDateTime.class) != null);
    }
}
