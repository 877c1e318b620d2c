package dev.inferencestore.storage.registration;

import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.wire.CaptureRulesCodec;
import dev.inferencestore.storage.refusal.NotFound;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The capture rules of models. A change is a change of the model's control record, so the job obeys it at once. */
public final class CaptureRegistry {
    private final Jdbi jdbi;

    public CaptureRegistry(DataSource database) {
        jdbi = Jdbi.create(database);
    }

    /**
     * The model with its rules, which may be none.
     *
     * @throws NotFound when the model is not registered
     */
    public Model require(String modelId) {
        return jdbi.withHandle(handle -> handle.createQuery(RegistrationSql.MODEL)
                .bind("modelId", modelId)
                .map((row, context) -> ModelRows.model(row))
                .findOne()
                .orElseThrow(() -> NotFound.model(modelId)));
    }

    /**
     * Sets the rules of a model, or takes them away. Asking for what is so already makes no new version.
     *
     * @param wanted rules that break none of theirs, at any version; null for none
     * @throws NotFound when the model is not registered, or has no rules that could be taken away
     * @throws StaleVersion when the precondition does not hold of the version of the present rules
     */
    public ModelChange set(String modelId, @Nullable CaptureRules wanted, Precondition precondition, String actor) {
        return jdbi.inTransaction(handle -> {
            ControlLog.lock(handle);
            ModelRows.Image before = handle.createQuery(RegistrationSql.MODEL_WITH_IMAGE)
                    .bind("modelId", modelId)
                    .map((row, context) -> ModelRows.image(row))
                    .findOne()
                    .filter(image -> !image.deleted())
                    .orElseThrow(() -> NotFound.model(modelId));
            CaptureRules present = before.model().capture();
            precondition.check(
                    "the capture rules of model '" + modelId + "'", present == null ? null : present.version());
            if (present == null && wanted == null) {
                throw new NotFound(NotFound.What.SETTING, "model '" + modelId + "' has no capture rules");
            }
            if (present != null
                    && wanted != null
                    && wanted.at(present.version()).equals(present)) {
                return new ModelChange(before.model(), false, false);
            }
            ModelRows.Image after = write(handle, modelId, wanted);
            ControlLog.audit(
                    handle,
                    actor,
                    wanted == null ? "capture_rules.delete" : "capture_rules.set",
                    modelId,
                    before.json(),
                    after.json());
            ControlLog.publish(handle, modelId);
            return new ModelChange(after.model(), present == null, true);
        });
    }

    private static ModelRows.Image write(Handle handle, String modelId, @Nullable CaptureRules wanted) {
        return handle.createQuery(RegistrationSql.SET_CAPTURE)
                .bind("modelId", modelId)
                .bind("capture", wanted == null ? null : String.valueOf(CaptureRulesCodec.write(wanted)))
                .bind("version", ControlLog.draw(handle))
                .map((row, context) -> ModelRows.image(row))
                .one();
    }
}
