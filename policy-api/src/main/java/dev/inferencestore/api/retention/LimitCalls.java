package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.retention.RetentionLimit;
import dev.inferencestore.storage.project.ProjectLimit;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.RetentionLimits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import javax.sql.DataSource;

/** How long the policies of a project may keep things at most: show, set, delete. */
public final class LimitCalls {
    private static final String PATH = "/api/v1/projects/{project_id}/retention-limit";

    private final RetentionLimits limits;
    private final Body body;

    public LimitCalls(DataSource database, Body body) {
        this.limits = new RetentionLimits(database);
        this.body = body;
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.ADMIN);
        routes.delete(PATH, this::delete, Role.ADMIN);
    }

    private void show(Context call) {
        new Query(call).done();
        ProjectLimit limit = limits.require(ProjectPath.of(call));
        EntityTags.answer(call, limit.version());
        Json.answer(call, 200, RetentionJson.limit(limit));
    }

    private void set(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        String projectId = ProjectPath.check(call, fields);
        RetentionLimit wanted = read(fields);
        RetentionLimits.Change change = limits.put(projectId, wanted, EntityTags.precondition(call), Caller.of(call));
        if (change.created()) {
            call.header("Location", PATH.replace("{project_id}", projectId));
        }
        EntityTags.answer(call, change.limit().version());
        Json.answer(call, change.created() ? 201 : 200, RetentionJson.limit(change.limit()));
    }

    private void delete(Context call) {
        new Query(call).done();
        ProjectLimit limit = limits.delete(ProjectPath.of(call), EntityTags.precondition(call), Caller.of(call));
        Json.answer(call, 200, RetentionJson.limit(limit));
    }

    /** A limit, which breaks no rule. */
    private static RetentionLimit read(Fields fields) {
        Long recordAge = Hours.readGiven(fields, "maximum_record_age");
        Long blobAge = Hours.readGiven(fields, "maximum_blob_age");
        RetentionLimit limit = new RetentionLimit(recordAge == null ? 0 : recordAge, blobAge == null ? 0 : blobAge);
        if (fields.isSound()) {
            limit.broken().forEach(broken -> fields.error(broken.field(), broken.rule()));
        }
        fields.done();
        return limit;
    }
}
