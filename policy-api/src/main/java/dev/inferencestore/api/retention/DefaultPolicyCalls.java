package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.retention.DefaultPolicies;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import javax.sql.DataSource;

/** The retention policy of a project's models that have none of their own: show, set, delete. */
public final class DefaultPolicyCalls {
    private static final String PATH = "/api/v1/projects/{project_id}/default-retention-policy";

    private final DefaultPolicies defaults;
    private final Body body;
    private final long leastInterval;

    /**
     * Calls on this database.
     *
     * @param leastInterval the shortest interval of automated runs; rounded up to seconds
     */
    public DefaultPolicyCalls(DataSource database, Body body, Duration leastInterval) {
        this.defaults = new DefaultPolicies(database);
        this.body = body;
        this.leastInterval = PolicyBody.seconds(leastInterval);
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.RETENTION_ADMIN);
        routes.delete(PATH, this::delete, Role.RETENTION_ADMIN);
    }

    private void show(Context call) {
        new Query(call).done();
        DefaultPolicies.Change found = defaults.require(ProjectPath.of(call));
        EntityTags.answer(call, found.policy().version());
        Json.answer(call, 200, RetentionViews.defaultPolicy(found));
    }

    private void set(Context call) {
        new Query(call).done();
        Fields fields = body.read(call);
        String projectId = ProjectPath.check(call, fields);
        PolicyTerms terms = PolicyBody.read(fields, leastInterval);
        DefaultPolicies.Change change = defaults.put(projectId, terms, EntityTags.precondition(call), Caller.of(call));
        if (change.created()) {
            call.header("Location", PATH.replace("{project_id}", projectId));
        }
        EntityTags.answer(call, change.policy().version());
        Json.answer(call, change.created() ? 201 : 200, RetentionViews.defaultPolicy(change));
    }

    private void delete(Context call) {
        new Query(call).done();
        DefaultPolicies.Change change =
                defaults.delete(ProjectPath.of(call), EntityTags.precondition(call), Caller.of(call));
        Json.answer(call, 200, RetentionViews.defaultPolicy(change));
    }
}
