package dev.inferencestore.api.registration;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.KnownModel;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.ModelState;
import dev.inferencestore.storage.registration.StoredFigures;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.Task;
import dev.inferencestore.storage.retention.Unregistering;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import javax.sql.DataSource;

/** Takes a model out of the store: at once where nothing is stored, else by a task that erases it. */
public final class UnregisterCalls {
    private final Unregistering unregistering;
    private final ModelRegistry registry;
    private final InEffect inEffect;

    public UnregisterCalls(DataSource database) {
        unregistering = new Unregistering(database);
        registry = new ModelRegistry(database);
        inEffect = new InEffect(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.delete("/api/v1/models/{model_id}", this::unregister, Role.RETENTION_ADMIN);
    }

    private void unregister(Context call) {
        Query query = new Query(call);
        boolean erase = Boolean.TRUE.equals(query.flag("erase"));
        query.done();
        String modelId = call.pathParam("model_id");
        Optional<Task> task = unregistering.unregister(modelId, erase, EntityTags.precondition(call), Caller.of(call));
        if (task.isPresent()) {
            call.header(
                    "Location",
                    "/api/v1/models/" + modelId + "/retention-tasks/"
                            + task.get().taskId());
            Json.answer(call, 202, RetentionJson.task(task.get()));
        } else {
            Json.answer(call, 200, lastState(modelId));
        }
    }

    /** Its row stays. */
    private ModelView lastState(String modelId) {
        Model model = registry.known(modelId)
                .orElseThrow(() -> NotFound.model(modelId))
                .model();
        return ModelView.of(
                new KnownModel(model, ModelState.UNREGISTERED, null),
                inEffect.read().of(model.version(), false),
                StoredFigures.NONE,
                null);
    }
}
