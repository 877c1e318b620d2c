package dev.inferencestore.api.access;

import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.ProblemException;
import dev.inferencestore.api.http.ProblemKind;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.storage.access.Claims;
import dev.inferencestore.storage.access.ProjectClaims;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** The namespaces, topics and beginnings of ids that the models of a project may use: show, set, delete. */
final class ClaimCalls {
    private static final String PATH = "/api/v1/projects/{project_id}/claims";
    private static final int MOST = 1000;
    private static final TextRule NAME = TextRule.printable(256);

    private final Claims claims;
    private final Body body;

    ClaimCalls(DataSource database, Body body) {
        this.claims = new Claims(database);
        this.body = body;
    }

    /** Claims as calls show them. */
    private record View(
            String projectId,
            List<String> namespaces,
            List<String> topics,
            List<String> idPrefixes,
            long version,
            Instant createdAt,
            Instant updatedAt) {
        static View of(ProjectClaims claims) {
            return new View(
                    claims.projectId(),
                    claims.names().namespaces(),
                    claims.names().topics(),
                    claims.names().idPrefixes(),
                    claims.version(),
                    claims.createdAt(),
                    claims.updatedAt());
        }
    }

    void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.ADMIN);
        routes.delete(PATH, this::delete, Role.ADMIN);
    }

    private void show(Context call) {
        new Query(call).done();
        ProjectClaims found = claims.require(call.pathParam("project_id"));
        EntityTags.answer(call, found.version());
        Json.answer(call, 200, View.of(found));
    }

    private void set(Context call) {
        checkAdminOfEverything(call);
        new Query(call).done();
        Fields fields = body.read(call);
        String projectId = AccessNames.inPath(call, "project_id", TextRule.ID, fields);
        ProjectClaims.Names names = new ProjectClaims.Names(
                names(fields, "namespaces", NAME),
                names(fields, "topics", NAME),
                names(fields, "id_prefixes", TextRule.ID));
        if (!fields.has("id_prefixes")) {
            fields.error("id_prefixes", "must be given: without one the project could have no models");
        }
        fields.done();
        Claims.Change change = claims.put(projectId, names, EntityTags.precondition(call), Caller.of(call));
        if (change.created()) {
            call.header("Location", PATH.replace("{project_id}", projectId));
        }
        EntityTags.answer(call, change.claims().version());
        Json.answer(call, change.created() ? 201 : 200, View.of(change.claims()));
    }

    private void delete(Context call) {
        checkAdminOfEverything(call);
        new Query(call).done();
        ProjectClaims before =
                claims.delete(call.pathParam("project_id"), EntityTags.precondition(call), Caller.of(call));
        Json.answer(call, 200, View.of(before));
    }

    /** Sorted, so that the same names are the same claims. */
    private static List<String> names(Fields fields, String field, TextRule rule) {
        return fields.texts(field, MOST, rule).stream().sorted().toList();
    }

    /** What a project may claim is taken from all others, so its own admin does not decide that. */
    private static void checkAdminOfEverything(Context call) {
        if (!Caller.mayEverywhere(call, Role.ADMIN)) {
            throw ProblemException.of(ProblemKind.FORBIDDEN, "this call takes the role 'admin' in every project ('*')");
        }
    }
}
