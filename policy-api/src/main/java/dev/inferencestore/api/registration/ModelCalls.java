package dev.inferencestore.api.registration;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.effect.InEffectWaits;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.api.replay.Backfill;
import dev.inferencestore.api.replay.BackfillCalls;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.progress.InEffectSnapshot;
import dev.inferencestore.storage.progress.InEffectState;
import dev.inferencestore.storage.registration.KnownModel;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelChange;
import dev.inferencestore.storage.registration.ModelQuery;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.ModelState;
import dev.inferencestore.storage.registration.StoredFigures;
import dev.inferencestore.storage.registration.StoredFiguresReader;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.RetentionPolicies;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Register, switch storage, list, show. */
public final class ModelCalls {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final Map<String, ModelState> STATES = Stream.of(ModelState.REGISTERED, ModelState.DELETING)
            .collect(Collectors.toMap(ModelState::text, Function.identity()));

    private final ModelRegistry registry;
    private final StoredFiguresReader stored;
    private final InEffect inEffect;
    private final RetentionPolicies policies;
    private final InEffectWaits<ModelVersion, InEffectState> waits;
    private final BackfillCalls backfills;
    private final Body body;
    private final Set<String> ownTopics;

    /** @param ownTopics the store's own topics but the one of inferences, which no source may name */
    public ModelCalls(
            DataSource database,
            InEffectWaits<ModelVersion, InEffectState> waits,
            BackfillCalls backfills,
            Body body,
            Set<String> ownTopics) {
        this.registry = new ModelRegistry(database);
        this.stored = new StoredFiguresReader(database);
        this.inEffect = new InEffect(database);
        this.policies = new RetentionPolicies(database);
        this.waits = waits;
        this.backfills = backfills;
        this.body = body;
        this.ownTopics = Set.copyOf(ownTopics);
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/models", this::list, Role.READER);
        routes.get("/api/v1/models/{model_id}", this::show, Role.READER);
        routes.put("/api/v1/models/{model_id}", this::register, Role.WRITER);
        routes.put("/api/v1/models/{model_id}/storage", this::switchStorage, Role.WRITER);
    }

    private void register(Context call) {
        Duration wait = Query.waitOf(call);
        var wanted = RegistrationBody.read(call.pathParam("model_id"), body.read(call), ownTopics);
        ModelChange change = registry.register(wanted, EntityTags.precondition(call), new CallingRegistrar(call));
        answer(call, change, wait);
    }

    private void switchStorage(Context call) {
        Duration wait = Query.waitOf(call);
        Fields fields = body.read(call);
        boolean enabled = fields.flag("enabled");
        Instant since = since(fields, enabled);
        fields.done();
        String modelId = call.pathParam("model_id");
        if (since == null) {
            ModelChange change = registry.switchStorage(
                            modelId, enabled, EntityTags.precondition(call), Caller.of(call))
                    .orElseThrow(() -> unknown(modelId));
            answer(call, change, wait);
        } else {
            BackfillCalls.Enabled done =
                    backfills.enable(modelId, since, EntityTags.precondition(call), Caller.of(call));
            answer(call, done.change(), wait, done.backfill());
        }
    }

    private @Nullable Instant since(Fields fields, boolean enabled) {
        Instant since = fields.optionalTime("since");
        if (since != null && !enabled) {
            fields.error("since", "goes with enabled true only");
        } else if (since != null && !backfills.isPast(since)) {
            fields.error("since", "must be in the past");
        }
        return since;
    }

    private void show(Context call) {
        new Query(call).done();
        String modelId = call.pathParam("model_id");
        KnownModel known = registry.known(modelId)
                .filter(model -> model.state() != ModelState.UNREGISTERED)
                .orElseThrow(() -> unknown(modelId));
        Model model = known.model();
        InEffectState state = inEffect.read().of(model.version(), model.enabled());
        EntityTags.answer(call, model.version());
        Policy policy = policies.find(modelId).orElse(null);
        Json.answer(call, 200, ModelView.of(known, state, stored.read(modelId), policy));
    }

    private void list(Context call) {
        Query query = new Query(call);
        String projectId = query.text("project_id", TextRule.ID);
        Boolean enabled = query.flag("enabled");
        ModelState state = query.oneOf("state", STATES);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(TextRule.ID);
        query.done();
        List<KnownModel> found = registry.list(new ModelQuery(
                state == null ? ModelState.REGISTERED : state,
                projectId,
                Caller.projects(call, Role.READER),
                enabled,
                after,
                limit + 1));
        PageOf<KnownModel> page = PageOf.cut(found, limit, KnownModel::modelId);
        Json.answer(call, 200, new ModelView.Page(views(page.items()), page.next()));
    }

    private List<ModelView> views(List<KnownModel> models) {
        InEffectSnapshot snapshot = inEffect.read();
        List<String> ids = models.stream().map(KnownModel::modelId).toList();
        Map<String, StoredFigures> figures = stored.read(ids);
        Map<String, Policy> policy = policies.find(ids);
        return models.stream()
                .map(known -> ModelView.of(
                        known,
                        snapshot.of(known.model().version(), known.model().enabled()),
                        figures.getOrDefault(known.modelId(), StoredFigures.NONE),
                        policy.get(known.modelId())))
                .toList();
    }

    /** Answers with the model of this change, at once or when it is in effect. */
    private void answer(Context call, ModelChange change, Duration wait) {
        answer(call, change, wait, null);
    }

    private void answer(Context call, ModelChange change, Duration wait, @Nullable Backfill backfill) {
        Model model = change.model();
        int status = change.created() ? 201 : 200;
        if (change.created()) {
            call.header("Location", "/api/v1/models/" + model.modelId());
        }
        EntityTags.answer(call, model.version());
        StoredFigures figures = stored.read(model.modelId());
        Policy policy = policies.find(model.modelId()).orElse(null);
        if (wait.isZero()) {
            InEffectState state = inEffect.read().of(model.version(), model.enabled());
            Json.answer(
                    call, status, ModelView.of(model, state, figures, policy).with(backfill));
        } else {
            call.future(() -> waits.await(new ModelVersion(model.version(), model.enabled()), wait)
                    .thenAccept(state -> Json.answer(
                            call,
                            status,
                            ModelView.of(model, state, figures, policy).with(backfill))));
        }
    }

    private static ProblemException unknown(String modelId) {
        return ProblemException.of(
                ProblemKind.UNKNOWN_MODEL,
                "no model '" + modelId + "' is registered: register it with PUT /api/v1/models/{model_id}");
    }
}
