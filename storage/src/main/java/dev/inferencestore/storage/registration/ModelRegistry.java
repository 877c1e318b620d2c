package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.registration.ControlRecord;
import dev.inferencestore.domain.replay.StorageSwitch;
import dev.inferencestore.domain.wire.ControlRecordCodec;
import dev.inferencestore.storage.access.ClaimRules;
import dev.inferencestore.storage.floor.FloorRows;
import dev.inferencestore.storage.refusal.Conflict;
import dev.inferencestore.storage.refusal.Forbidden;
import dev.inferencestore.storage.replay.StorageTimes;
import dev.inferencestore.storage.retention.InheritedPolicies;
import dev.inferencestore.storage.topic.SourceTopics;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The models that are registered. A change is one transaction: the model, its audit entry and the control record in the
 * outbox, under one lock that makes versions commit in their order. The lock comes first, so two changes never deadlock
 * and each sees what the other did. Connections must have {@code inference_store} as their schema.
 */
public final class ModelRegistry {
    private final Jdbi jdbi;

    public ModelRegistry(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * Registers a model or replaces its registration. Asking for what is so already makes no new version. A model that
     * has no policy of its own takes its project's.
     *
     * @throws Forbidden when the project, or the one that the id belongs to, is not the registrar's
     * @throws dev.inferencestore.storage.refusal.Invalid when it names what is not its project's
     * @throws Conflict when another model has one of its sources, when its own policy breaks the project's limit, or while
     *     what it stored before is being erased
     * @throws StaleVersion when the precondition does not hold
     */
    public ModelChange register(Registration wanted, Precondition precondition, Registrar registrar) {
        if (!registrar.mayRegister(wanted.projectId())) {
            throw forbidden(wanted);
        }
        return jdbi.inTransaction(handle -> {
            // Before the lock of versions, as everything that takes both.
            FloorRows.lock(handle, wanted.modelId());
            ModelRows.@Nullable Image before = lock(handle, wanted.modelId());
            boolean same = before != null
                    && !before.deleted()
                    && before.model().registration().equals(wanted);
            if (!same) {
                // Before the id is looked at: what it says must not depend on who has the id.
                ClaimRules.check(handle, wanted, registrar);
            }
            if (before != null
                    && !registrar.mayRegister(before.model().registration().projectId())) {
                throw forbidden(wanted);
            }
            if (before != null && before.deleting()) {
                throw new Conflict(
                        "model '" + wanted.modelId()
                                + "' is unregistered and what it stored is still being erased: register it when that has ended");
            }
            Model existing = before == null || before.deleted() ? null : before.model();
            precondition.check("model '" + wanted.modelId() + "'", existing == null ? null : existing.version());
            if (existing != null && same) {
                return new ModelChange(existing, false, false);
            }
            SourceRules.check(handle, wanted, registrar);
            String actor = registrar.actor();
            long version = ControlLog.draw(handle);
            ModelRows.Image after = handle.createQuery(RegistrationSql.PUT_MODEL)
                    .bind("modelId", wanted.modelId())
                    .bind("projectId", wanted.projectId())
                    .bind("taskType", wanted.taskType())
                    .bind("name", wanted.name())
                    .bind("sources", ControlRecordCodec.encodeSources(wanted.sources()))
                    .bind("version", version)
                    .map((row, context) -> ModelRows.image(row))
                    .one();
            handle.createUpdate(RegistrationSql.ADD_FLOORS)
                    .bind("modelId", wanted.modelId())
                    .execute();
            SourceTopics.want(handle, wanted.sources());
            audit(handle, existing == null ? "model.register" : "model.update", actor, before, after);
            if (existing == null && before != null) {
                StorageTimes.write(handle, wanted.modelId(), StorageSwitch.Change.REGISTERED_ANEW, actor);
            }
            InheritedPolicies.enter(handle, wanted.modelId(), wanted.projectId(), version, actor);
            ControlLog.publish(handle, wanted.modelId());
            return new ModelChange(after.model(), existing == null, true);
        });
    }

    /** The same by somebody who may register everything. */
    public ModelChange register(Registration wanted, Precondition precondition, String actor) {
        return register(wanted, precondition, Registrar.unrestricted(actor));
    }

    /**
     * Switches storing on or off; empty where the model is not registered.
     *
     * @param actor who asks, for the audit log
     * @throws StaleVersion when the precondition does not hold
     */
    public Optional<ModelChange> switchStorage(
            String modelId, boolean enabled, Precondition precondition, String actor) {
        return switchStorage(modelId, enabled, precondition, actor, (handle, change) -> change);
    }

    /** What is done in the transaction that switches storage, also where it was so already. */
    public interface Also<T> {
        T done(Handle handle, ModelChange change);
    }

    /** The same with something more in its transaction. */
    public <T> Optional<T> switchStorage(
            String modelId, boolean enabled, Precondition precondition, String actor, Also<T> also) {
        return jdbi.inTransaction(handle -> {
            ModelRows.@Nullable Image before = lock(handle, modelId);
            if (before == null || before.deleted()) {
                return Optional.<T>empty();
            }
            precondition.check("model '" + modelId + "'", before.model().version());
            ModelChange change = before.model().enabled() == enabled
                    ? new ModelChange(before.model(), false, false)
                    : switched(handle, before, enabled, actor);
            return Optional.of(also.done(handle, change));
        });
    }

    private static ModelChange switched(Handle handle, ModelRows.Image before, boolean enabled, String actor) {
        String modelId = before.model().modelId();
        ModelRows.Image after = handle.createQuery(RegistrationSql.SWITCH_STORAGE)
                .bind("modelId", modelId)
                .bind("enabled", enabled)
                .bind("version", ControlLog.draw(handle))
                .map((row, context) -> ModelRows.image(row))
                .one();
        audit(handle, enabled ? "storage.enable" : "storage.disable", actor, before, after);
        StorageTimes.write(
                handle, modelId, enabled ? StorageSwitch.Change.ENABLED : StorageSwitch.Change.DISABLED, actor);
        ControlLog.publish(handle, modelId);
        return new ModelChange(after.model(), false, true);
    }

    /** A registered model. */
    public Optional<Model> find(String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.MODEL)
                .bind("modelId", modelId)
                .map((row, context) -> ModelRows.model(row))
                .findOne());
    }

    /** A model that is registered or was. */
    public Optional<KnownModel> known(String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.KNOWN_MODEL)
                .bind("modelId", modelId)
                .map((row, context) -> ModelRows.known(row))
                .findOne());
    }

    /** Models in one state, by id. */
    public List<KnownModel> list(ModelQuery query) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.LIST_MODELS)
                .bind("deleted", query.state() != ModelState.REGISTERED)
                .bind("deleting", query.state() == ModelState.DELETING)
                .bind("after", query.after())
                .bind("projectId", query.projectId())
                .bind("all", query.visible() == null)
                .bind(
                        "projects",
                        query.visible() == null
                                ? new String[0]
                                : query.visible().toArray(String[]::new))
                .bindByType("enabled", query.enabled(), Boolean.class)
                .bind("limit", query.limit())
                .map((row, context) -> ModelRows.known(row))
                .list());
    }

    /**
     * The newest control record of every model, unregistered ones included, in the order of their versions. What it
     * says is committed, so a job that begins with it is never older than the topic.
     */
    public List<ControlRecord> loadAll() {
        return loadAll(0);
    }

    /**
     * The newest control records of models that have changed.
     *
     * @param after the version from which on
     */
    public List<ControlRecord> loadAll(long after) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.ALL_CONTROL_RECORDS)
                .bind("after", after)
                .map((row, context) -> ModelRows.controlRecord(row))
                .list());
    }

    /** The same whether it is for the project or for the id, so that it does not tell which ids there are. */
    private static Forbidden forbidden(Registration wanted) {
        return new Forbidden("to register '" + wanted.modelId() + "' in project '" + wanted.projectId()
                + "' takes the role 'writer' in that project and, where the id belongs to another one already, in that one"
                + " too");
    }

    private static ModelRows.@Nullable Image lock(Handle handle, String modelId) {
        ControlLog.lock(handle);
        return handle.createQuery(RegistrationSql.MODEL_WITH_IMAGE)
                .bind("modelId", modelId)
                .map((row, context) -> ModelRows.image(row))
                .findOne()
                .orElse(null);
    }

    private static void audit(
            Handle handle, String action, String actor, ModelRows.@Nullable Image before, ModelRows.Image after) {
        String modelId = after.model().modelId();
        ControlLog.audit(handle, actor, action, modelId, before == null ? null : before.json(), after.json());
    }
}
