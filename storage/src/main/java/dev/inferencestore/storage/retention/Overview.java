package dev.inferencestore.storage.retention;

import dev.inferencestore.domain.retention.TaskState;
import dev.inferencestore.domain.retention.Trigger;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.registration.ModelState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What keeps and removes the data of each model of a project, for whoever answers for it. Each kind of thing is one
 * statement for a whole page, whatever the models have. Connections must have {@code inference_store} as their schema.
 */
public final class Overview {
    /** So many holds, erasures and failed tasks of each model are shown. */
    public static final int MOST_OF_A_KIND = 100;

    /** Of so many holds a page is what they keep counted. */
    private static final int MOST_COUNTED = 100;

    /** Up to so many rows of each hold are counted, besides whole hours. */
    private static final int MOST_ROWS = 10_000;

    private final Jdbi jdbi;

    public Overview(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Models of a project that are registered, are being erased, or are unregistered and have holds, by id; all as they
     * were at one moment.
     *
     * @param after only models with a greater id; empty for all
     */
    public List<ModelOverview> read(String projectId, String after, int limit) {
        return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, handle -> {
            Map<String, Found> found = models(handle, projectId, after, limit);
            collect(handle, OverviewSql.HOLDS, found, Found::holds, Overview::hold);
            collect(handle, OverviewSql.ERASURES, found, Found::erasures, Overview::erasure);
            collect(handle, OverviewSql.FAILED, found, Found::failed, Overview::failure);
            Map<String, Policy> policies = policies(handle, found);
            return found.entrySet().stream()
                    .map(model -> model.getValue().overview(policies.get(model.getKey())))
                    .toList();
        });
    }

    /** A model, to which the other statements add. */
    private record Found(
            String modelId,
            @Nullable String name,
            ModelState state,
            long allHolds,
            long allErasures,
            List<ModelOverview.Hold> holds,
            List<ModelOverview.Erasure> erasures,
            List<ModelOverview.Failure> failed) {
        ModelOverview overview(@Nullable Policy policy) {
            return new ModelOverview(
                    modelId,
                    name,
                    state,
                    policy,
                    List.copyOf(holds),
                    allHolds,
                    List.copyOf(erasures),
                    allErasures,
                    List.copyOf(failed));
        }
    }

    private static Map<String, Found> models(Handle handle, String projectId, String after, int limit) {
        Map<String, Found> found = new LinkedHashMap<>();
        handle.createQuery(OverviewSql.MODELS)
                .bind("projectId", projectId)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Found(
                        row.getString("model_id"),
                        row.getString("name"),
                        ModelState.of(row.getBoolean("deleted"), row.getBoolean("deleting")),
                        row.getLong("holds"),
                        row.getLong("erasures"),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>()))
                .forEach(model -> found.put(model.modelId(), model));
        return found;
    }

    private static <T> void collect(
            Handle handle, String sql, Map<String, Found> found, Function<Found, List<T>> list, RowMapper<T> mapper) {
        handle.createQuery(sql)
                // Only that of the holds counts.
                .configure(SqlStatements.class, config -> config.setUnusedBindingAllowed(true))
                .bindArray("modelIds", String.class, found.keySet().toArray())
                .bind("most", MOST_OF_A_KIND)
                .bind("mostCounted", MOST_COUNTED)
                .bind("mostRows", MOST_ROWS)
                .map((row, context) -> Map.entry(row.getString("model_id"), mapper.map(row, context)))
                .forEach(entry -> {
                    Found model = found.get(entry.getKey());
                    if (model != null) {
                        list.apply(model).add(entry.getValue());
                    }
                });
    }

    private static Map<String, Policy> policies(Handle handle, Map<String, Found> found) {
        Map<String, Policy> policies = new HashMap<>();
        handle.createQuery(RetentionSql.POLICIES)
                .bindArray("modelIds", String.class, found.keySet().toArray())
                .map((row, context) -> Rows.policy(row))
                .forEach(policy -> policies.put(policy.modelId(), policy));
        return policies;
    }

    private static ModelOverview.Hold hold(ResultSet row, Object context) throws SQLException {
        boolean counts = row.getBoolean("counts");
        return new ModelOverview.Hold(
                row.getString("hold_id"),
                row.getString("reason"),
                HoldScope.Kind.of(row.getString("scope")),
                row.getLong("start_micros"),
                row.getLong("end_micros"),
                row.getLong("ids"),
                row.getString("placed_by"),
                Rows.instant(row, "placed_at"),
                counts
                        ? new ModelOverview.Keeps(row.getLong("records"), row.getLong("inputs"), row.getBoolean("more"))
                        : null);
    }

    private static ModelOverview.Erasure erasure(ResultSet row, Object context) throws SQLException {
        return new ModelOverview.Erasure(
                row.getString("task_id"),
                row.getString("requested_by"),
                Rows.instant(row, "created_at"),
                TaskState.of(row.getString("state")),
                row.getBoolean("whole_model"),
                row.getLong("records_deleted"),
                row.getLong("blobs_deleted"),
                row.getLong("blob_bytes"),
                row.getLong("held"),
                Rows.instantOrNull(row, "final_at"));
    }

    private static ModelOverview.Failure failure(ResultSet row, Object context) throws SQLException {
        return new ModelOverview.Failure(
                row.getString("task_id"),
                Trigger.of(row.getString("trigger")),
                row.getString("error"),
                Rows.instant(row, "finished_at"));
    }
}
