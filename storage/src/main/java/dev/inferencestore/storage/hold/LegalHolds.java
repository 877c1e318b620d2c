package dev.inferencestore.storage.hold;

import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.Floors;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import dev.inferencestore.storage.record.StoredIds;
import dev.inferencestore.storage.refusal.Invalid;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.ControlLog;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/**
 * The legal holds of each model. A change takes the lock of the model's floors, so it comes before the next claim of a
 * run or an erase, which then keeps what is held, or after it. Connections must have {@code inference_store} as their
 * schema.
 */
public final class LegalHolds {
    private static final int IDS_A_PAGE = 10_000;
    private static final int HOLDS_A_FETCH = 10;

    private final Jdbi jdbi;

    public LegalHolds(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * What placing or lifting a hold did.
     *
     * @param created false where it took the place of another, or was there already
     * @param claimed how far the model's data was gone for good by then, which no hold brings back
     */
    public record Change(Hold hold, boolean created, Cutoffs claimed) {}

    /**
     * Places a hold, in place of any other with its id. In between, nothing that both keep is without a hold.
     *
     * @param actor who asks
     * @throws NotFound when the model is not registered
     * @throws Invalid when it names ids that the model does not have, or that an erase has claimed
     */
    public Change place(String modelId, String holdId, String reason, HoldScope scope, String actor) {
        return jdbi.inTransaction(handle -> {
            checkIds(handle, modelId, scope);
            Floors floors = lock(handle, modelId);
            checkNoneIsBeingErased(handle, modelId, scope);
            Hold before = find(handle, modelId, holdId).orElse(null);
            if (before != null && before.scope().equals(scope)) {
                if (!before.reason().equals(reason)) {
                    handle.createUpdate(HoldSql.CHANGE_REASON)
                            .bind("modelId", modelId)
                            .bind("holdId", holdId)
                            .bind("reason", reason)
                            .execute();
                }
            } else {
                end(handle, modelId, holdId);
                add(handle, modelId, holdId, reason, scope, actor, floors.hard());
                handle.createUpdate(HoldSql.FORGET_LIFTED)
                        .bind("modelId", modelId)
                        .execute();
            }
            Hold after = require(handle, modelId, holdId);
            if (!after.equals(before)) {
                tell(handle, before == null ? "hold.placed" : "hold.changed", actor, before, after);
            }
            return new Change(after, before == null, floors.hard());
        });
    }

    /**
     * Lifts a hold. What only it kept below the hard floor is hidden from then on and goes with the next run.
     *
     * @param actor who asks
     * @return the hold as it was
     * @throws NotFound when the model has no such hold
     */
    public Change lift(String modelId, String holdId, String actor) {
        return jdbi.inTransaction(handle -> {
            Floors floors = lock(handle, modelId);
            Hold before = require(handle, modelId, holdId);
            end(handle, modelId, holdId);
            handle.createUpdate(HoldSql.FORGET_LIFTED).bind("modelId", modelId).execute();
            tell(handle, "hold.lifted", actor, before, null);
            return new Change(before, false, floors.hard());
        });
    }

    /**
     * A hold in force.
     *
     * @throws NotFound when the model has no such hold
     */
    public Hold read(String modelId, String holdId) {
        return jdbi.withHandle(handle -> {
            requireModel(handle, modelId);
            return require(handle, modelId, holdId);
        });
    }

    /** Some of the holds of a model, by id, and whether there are more. */
    public record Page(List<Hold> holds, boolean more) {}

    /**
     * Holds in force of a model. A page ends early once its holds name {@value #IDS_A_PAGE} ids.
     *
     * @param after only those with a greater id; empty for all
     * @throws NotFound when the model is not registered
     */
    public Page page(String modelId, String after, int limit) {
        return jdbi.inTransaction(handle -> {
            requireModel(handle, modelId);
            List<Hold> holds = new ArrayList<>();
            int ids = 0;
            try (ResultIterator<Hold> found = handle.createQuery(HoldSql.LIST)
                    .bind("modelId", modelId)
                    .bind("after", after)
                    .bind("limit", limit + 1)
                    .setFetchSize(HOLDS_A_FETCH)
                    .map((row, context) -> hold(row))
                    .iterator()) {
                while (found.hasNext()) {
                    if (holds.size() == limit || ids >= IDS_A_PAGE) {
                        return new Page(holds, true);
                    }
                    Hold next = found.next();
                    holds.add(next);
                    ids += next.scope().inferenceIds().size();
                }
            }
            return new Page(holds, false);
        });
    }

    /** Under the lock: what has its tombstone goes, whatever is asked from then on. */
    private static void checkNoneIsBeingErased(Handle handle, String modelId, HoldScope scope) {
        List<String> erased = handle.createQuery(HoldSql.BEING_ERASED)
                .bind("modelId", modelId)
                .bindArray("ids", String.class, scope.inferenceIds().toArray())
                .mapTo(String.class)
                .list();
        if (!erased.isEmpty()) {
            throw new Invalid(
                    "inference_ids",
                    "must be of inferences that are stored; these are being erased: " + String.join(", ", erased));
        }
    }

    private static Floors lock(Handle handle, String modelId) {
        Floors floors = FloorRows.lock(handle, modelId).orElseThrow(() -> NotFound.model(modelId));
        requireModel(handle, modelId);
        return floors;
    }

    private static void requireModel(Handle handle, String modelId) {
        boolean takes = handle.createQuery(HoldSql.TAKES_HOLDS)
                .bind("modelId", modelId)
                .mapTo(Boolean.class)
                .one();
        if (!takes) {
            throw NotFound.model(modelId);
        }
    }

    /** Before the lock, for which writers would wait. What goes in between is what the answer calls claimed. */
    private static void checkIds(Handle handle, String modelId, HoldScope scope) {
        if (scope.kind() != HoldScope.Kind.INFERENCES) {
            return;
        }
        requireModel(handle, modelId);
        List<String> unknown = StoredIds.unknown(handle, modelId, scope.inferenceIds());
        if (!unknown.isEmpty()) {
            throw new Invalid(
                    "inference_ids",
                    "must be of inferences that are stored; these are not: " + String.join(", ", unknown));
        }
    }

    private static void end(Handle handle, String modelId, String holdId) {
        handle.createUpdate(HoldSql.LIFT)
                .bind("modelId", modelId)
                .bind("holdId", holdId)
                .execute();
    }

    private static void add(
            Handle handle, String modelId, String holdId, String reason, HoldScope scope, String actor, Cutoffs hard) {
        long holdSeq = handle.createQuery(HoldSql.ADD)
                .bind("modelId", modelId)
                .bind("holdId", holdId)
                .bind("reason", reason)
                .bind("scope", scope.kind().text())
                .bind("start", scope.span().from())
                .bind("end", scope.span().to())
                .bind("recordFloor", hard.records())
                .bind("blobFloor", hard.blobs())
                .bind("actor", actor)
                .mapTo(Long.class)
                .one();
        handle.createUpdate(HoldSql.ADD_IDS)
                .bind("holdSeq", holdSeq)
                .bind("modelId", modelId)
                .bind("ids", scope.inferenceIds().toArray(new String[0]))
                .execute();
    }

    private static Hold require(Handle handle, String modelId, String holdId) {
        return find(handle, modelId, holdId).orElseThrow(() -> NotFound.hold(modelId, holdId));
    }

    private static Optional<Hold> find(Handle handle, String modelId, String holdId) {
        return handle.createQuery(HoldSql.HOLD)
                .bind("modelId", modelId)
                .bind("holdId", holdId)
                .map((row, context) -> hold(row))
                .findOne();
    }

    private static void tell(Handle handle, String what, String actor, @Nullable Hold before, @Nullable Hold after) {
        Hold told = after == null ? before : after;
        if (told == null) {
            throw new IllegalArgumentException("nothing to tell");
        }
        String image = before == null ? null : HoldJson.hold(before).toString();
        ControlLog.audit(
                handle,
                actor,
                what,
                told.modelId(),
                image,
                after == null ? null : HoldJson.hold(after).toString());
        RetentionOutbox.add(handle, what, told.modelId(), told.holdId(), HoldJson.hold(told));
    }

    private static Hold hold(ResultSet row) throws SQLException {
        Array ids = row.getArray("ids");
        return new Hold(
                row.getString("model_id"),
                row.getString("hold_id"),
                row.getString("reason"),
                new HoldScope(
                        HoldScope.Kind.of(row.getString("scope")),
                        new Span(row.getLong("start_micros"), row.getLong("end_micros")),
                        List.of((String[]) ids.getArray())),
                row.getString("placed_by"),
                row.getObject("placed_at", OffsetDateTime.class).toInstant());
    }
}
