package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.retention.ModelOverview;
import dev.inferencestore.storage.retention.Overview;
import dev.inferencestore.storage.usage.Quotas;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import javax.sql.DataSource;

/** What keeps and removes the data of a project: policies, holds, erasures, and what failed. */
public final class OverviewCalls {
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 100;

    private final Overview overview;
    private final Quotas quotas;

    public OverviewCalls(DataSource database) {
        overview = new Overview(database);
        quotas = new Quotas(database);
    }

    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/projects/{project_id}/retention", this::show, Role.READER);
    }

    private void show(Context call) {
        Query query = new Query(call);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(TextRule.ID);
        query.done();
        String projectId = call.pathParam("project_id");
        TextRule.ID.broken(projectId).ifPresent(rule -> {
            throw ProblemException.invalid(List.of(new FieldError("project_id", rule)));
        });
        PageOf<ModelOverview> page =
                PageOf.cut(overview.read(projectId, after, limit + 1), limit, ModelOverview::modelId);
        Json.answer(call, 200, OverviewView.of(projectId, quotas.warnings(projectId), page.items(), page.next()));
    }
}
