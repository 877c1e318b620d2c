package dev.inferencestore.api.access;

import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.PageOf;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.storage.access.Grant;
import dev.inferencestore.storage.access.Grants;
import dev.inferencestore.storage.refusal.NotFound;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Which people and groups have which roles in a project: list, set, delete. The project {@code *} is all of them. */
final class GrantCalls {
    private static final String PATH = "/api/v1/projects/{project_id}/grants";
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Grants grants;
    private final Body body;
    private final KnownAccess known;

    GrantCalls(DataSource database, Body body, KnownAccess known) {
        this.grants = new Grants(database);
        this.body = body;
        this.known = known;
    }

    /** One page of grants. */
    private record Page(List<Grant> items, @Nullable String nextCursor) {}

    void addTo(RoutesConfig routes) {
        routes.get(PATH, this::list, Role.ADMIN);
        routes.put(PATH + "/{principal}", this::set, Role.ADMIN);
        routes.delete(PATH + "/{principal}", this::delete, Role.ADMIN);
    }

    private void list(Context call) {
        Query query = new Query(call);
        int limit = query.limit(PAGE, LARGEST_PAGE);
        String after = query.cursor(AccessNames.PRINCIPAL);
        query.done();
        String projectId = call.pathParam("project_id");
        AccessNames.PROJECT.broken(projectId).ifPresent(rule -> {
            throw ProblemException.invalid(List.of(new FieldError("project_id", rule)));
        });
        PageOf<Grant> page = PageOf.cut(grants.list(projectId, after, limit + 1), limit, Grant::principal);
        Json.answer(call, 200, new Page(page.items(), page.next()));
    }

    private void set(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        String projectId = AccessNames.inPath(call, "project_id", AccessNames.PROJECT, fields);
        String principal = AccessNames.inPath(call, "principal", AccessNames.PRINCIPAL, fields);
        List<String> roles = fields.texts("roles", Role.grantable().size(), AccessNames.ROLE);
        if (!fields.has("roles")) {
            fields.error("roles", "must be given");
        }
        fields.done();
        Grants.Change change = grants.put(projectId, principal, roles, Caller.of(call));
        known.changed();
        Json.answer(call, change.created() ? 201 : 200, change.grant());
    }

    private void delete(Context call) {
        new Query(call).done();
        String projectId = call.pathParam("project_id");
        String principal = call.pathParam("principal");
        boolean valid = AccessNames.PROJECT.broken(projectId).isEmpty()
                && AccessNames.PRINCIPAL.broken(principal).isEmpty();
        Grant before =
                valid ? grants.delete(projectId, principal, Caller.of(call)).orElse(null) : null;
        if (before == null) {
            throw new NotFound(NotFound.What.GRANT, "'" + principal + "' has no roles in project '" + projectId + "'");
        }
        known.changed();
        Json.answer(call, 200, before);
    }
}
