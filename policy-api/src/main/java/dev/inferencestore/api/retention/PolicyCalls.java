package dev.inferencestore.api.retention;

import dev.inferencestore.api.access.Role;
import dev.inferencestore.api.effect.InEffectWaits;
import dev.inferencestore.api.http.Body;
import dev.inferencestore.api.http.Caller;
import dev.inferencestore.api.http.EntityTags;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.api.http.Query;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.PolicyChange;
import dev.inferencestore.storage.retention.RetentionPolicies;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import javax.sql.DataSource;

/** The one retention policy of a model: show, set, delete, and say what one would remove. */
public final class PolicyCalls {
    private static final String PATH = "/api/v1/models/{model_id}/retention-policy";

    private final RetentionPolicies policies;
    private final InEffectWaits<PolicyStanding.Version, PolicyStanding> waits;
    private final Body body;
    private final long leastInterval;

    /**
     * Calls on this database.
     *
     * @param leastInterval the shortest interval of automated runs; rounded up to seconds
     */
    public PolicyCalls(
            DataSource database,
            InEffectWaits<PolicyStanding.Version, PolicyStanding> waits,
            Body body,
            Duration leastInterval) {
        this.policies = new RetentionPolicies(database);
        this.waits = waits;
        this.body = body;
        this.leastInterval = PolicyBody.seconds(leastInterval);
    }

    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show, Role.READER);
        routes.put(PATH, this::set, Role.RETENTION_ADMIN);
        routes.delete(PATH, this::delete, Role.RETENTION_ADMIN);
        routes.post(PATH + "/preview", this::preview, Role.READER);
    }

    private void show(Context call) {
        new Query(call).done();
        Policy policy = policies.require(modelId(call));
        EntityTags.answer(call, policy.policy().version());
        Json.answer(call, 200, RetentionViews.policy(policy));
    }

    private void set(Context call) {
        Duration wait = Query.waitOf(call);
        PolicyTerms terms = PolicyBody.read(body.read(call), leastInterval);
        PolicyChange change = policies.put(modelId(call), terms, EntityTags.precondition(call), Caller.of(call));
        Policy policy = change.policy();
        int status = change.created() ? 201 : 200;
        if (change.created()) {
            call.header("Location", "/api/v1/models/" + policy.modelId() + "/retention-policy");
        }
        EntityTags.answer(call, policy.policy().version());
        if (wait.isZero()) {
            Json.answer(call, status, RetentionViews.set(change, PolicyStanding.of(policy)));
        } else {
            call.future(() -> waits.await(PolicyStanding.Version.of(policy), wait)
                    .thenAccept(standing -> Json.answer(call, status, RetentionViews.set(change, standing))));
        }
    }

    private void delete(Context call) {
        new Query(call).done();
        PolicyChange change = policies.delete(modelId(call), EntityTags.precondition(call), Caller.of(call));
        Json.answer(call, 200, RetentionViews.deleted(change));
    }

    private void preview(Context call) {
        new Query(call).done();
        PolicyTerms terms = PolicyBody.read(body.read(call), leastInterval);
        String modelId = modelId(call);
        Json.answer(call, 200, RetentionViews.Preview.of(modelId, policies.preview(modelId, terms)));
    }

    private static String modelId(Context call) {
        return call.pathParam("model_id");
    }
}
