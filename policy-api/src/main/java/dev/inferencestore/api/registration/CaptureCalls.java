package dev.inferencestore.api.registration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.effect.InEffectWaits;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.capture.CaptureRules;
import dev.inferencestore.domain.wire.CaptureRulesCodec;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.progress.InEffectState;
import dev.inferencestore.storage.refusal.NotFound;
import dev.inferencestore.storage.registration.CaptureRegistry;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelChange;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;

/** Which part of a model's traffic is stored: show, set, delete. */
public final class CaptureCalls {
    private static final String PATH = "/api/v1/models/{model_id}/capture-rules";

    private final CaptureRegistry registry;
    private final InEffect inEffect;
    private final InEffectWaits<ModelVersion, InEffectState> waits;
    private final Body body;

    public CaptureCalls(DataSource database, InEffectWaits<ModelVersion, InEffectState> waits, Body body) {
        this.registry = new CaptureRegistry(database);
        this.inEffect = new InEffect(database);
        this.waits = waits;
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.WRITER);
        routes.delete(PATH, this::delete, Role.WRITER);
    }

    private void show(Context call) {
        new Query(call).done();
        Model model = registry.require(modelId(call));
        if (model.capture() == null) {
            throw new NotFound(
                    NotFound.What.SETTING,
                    "model '" + model.modelId() + "' has no capture rules: all of its traffic is stored");
        }
        EntityTags.answer(call, model.capture().version());
        Json.answer(call, 200, view(model, inEffect.read().of(model.version(), model.enabled()), model.capture()));
    }

    private void set(Context call) {
        Duration wait = Query.waitOf(call);
        CaptureRules wanted = CaptureBody.read(body.read(call));
        ModelChange change = registry.set(modelId(call), wanted, EntityTags.precondition(call), Caller.of(call));
        Model model = change.model();
        CaptureRules rules = Objects.requireNonNull(model.capture());
        if (change.created()) {
            call.header("Location", PATH.replace("{model_id}", model.modelId()));
        }
        EntityTags.answer(call, rules.version());
        int status = change.created() ? 201 : 200;
        if (wait.isZero()) {
            Json.answer(call, status, view(model, inEffect.read().of(model.version(), model.enabled()), rules));
        } else {
            call.future(() -> waits.await(new ModelVersion(model.version(), model.enabled()), wait)
                    .thenAccept(state -> Json.answer(call, status, view(model, state, rules))));
        }
    }

    private void delete(Context call) {
        new Query(call).done();
        String modelId = modelId(call);
        CaptureRules before = registry.require(modelId).capture();
        ModelChange change = registry.set(modelId, null, EntityTags.precondition(call), Caller.of(call));
        Model model = change.model();
        if (before != null) {
            Json.answer(call, 200, view(model, inEffect.read().of(model.version(), model.enabled()), before));
        }
    }

    private static ObjectNode view(Model model, InEffectState state, CaptureRules rules) {
        ObjectNode view = Objects.requireNonNull(CaptureRulesCodec.write(rules))
                .put("model_id", model.modelId())
                .put("in_effect", state.inEffect());
        return state.reason() == null ? view : view.put("in_effect_reason", state.reason());
    }

    private static String modelId(Context call) {
        return call.pathParam("model_id");
    }
}
