package dev.inferencestore.api.registration;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.storage.progress.InEffect;
import dev.inferencestore.storage.registration.IngestFigures;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelIngest;
import dev.inferencestore.storage.registration.ModelRegistry;
import dev.inferencestore.storage.registration.UnmatchedSource;
import dev.inferencestore.storage.registration.UnmatchedSources;
import dev.inferencestore.storage.topic.SourceTopic;
import dev.inferencestore.storage.topic.SourceTopics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import javax.sql.DataSource;

/** Why is nothing stored: one call for a model, one for the names that no model claims. */
public final class IngestCalls {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final int NAMES_IN_HINTS = 5;

    private final ModelRegistry registry;
    private final ModelIngest ingest;
    private final UnmatchedSources unmatched;
    private final InEffect inEffect;
    private final SourceTopics topics;

    public IngestCalls(DataSource database) {
        registry = new ModelRegistry(database);
        ingest = new ModelIngest(database);
        unmatched = new UnmatchedSources(database);
        inEffect = new InEffect(database);
        topics = new SourceTopics(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/models/{model_id}/ingest", this::ofModel, Role.READER);
        routes.get("/api/v1/unmatched-sources", this::unmatched, Role.READER);
    }

    private void ofModel(Context call) {
        new Query(call).done();
        String modelId = call.pathParam("model_id");
        Model model = registry.find(modelId).orElseThrow(() -> unknown(modelId));
        IngestFigures figures = ingest.read(modelId);
        List<UnmatchedSource> names = figures.events() == 0
                ? unmatched.newest(Caller.projects(call, Role.READER), NAMES_IN_HINTS)
                : List.of();
        List<SourceTopic> named = topics.of(model.registration().sources());
        List<String> hints = IngestHints.of(model, figures, inEffect.read(), names, named);
        Json.answer(call, 200, IngestView.of(modelId, figures, named, hints));
    }

    private void unmatched(Context call) {
        Query query = new Query(call);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        query.done();
        Json.answer(call, 200, new Items(unmatched.newest(Caller.projects(call, Role.READER), limit)));
    }

    private ProblemException unknown(String modelId) {
        String seen = unmatched
                .find(modelId)
                .map(name -> name.count() + (name.count() == 1 ? " event names it" : " events name it")
                        + ", the last one at " + name.lastSeen())
                .orElse("no event that names it has been seen either");
        return ProblemException.of(
                ProblemKind.UNKNOWN_MODEL,
                "no model '" + modelId + "' is registered; " + seen
                        + ". Register it with PUT /api/v1/models/{model_id}");
    }

    private record Items(List<UnmatchedSource> items) {}
}
