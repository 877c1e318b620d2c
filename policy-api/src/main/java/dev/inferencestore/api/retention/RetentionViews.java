package dev.inferencestore.api.retention;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.retention.DefaultPolicies;
import dev.inferencestore.storage.retention.Matched;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.PolicyChange;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.retention.RetentionPolicies;
import dev.inferencestore.storage.retention.RetentionTasks;
import dev.inferencestore.storage.retention.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies and tasks as calls show them. */
final class RetentionViews {
    private RetentionViews() {}

    /** What a policy would find if it ran now; a cutoff is null where it lets nothing go. */
    record Preview(
            String modelId,
            @Nullable String recordCutoff,
            @Nullable String blobCutoff,
            Matched matched) {
        static Preview of(String modelId, RetentionPolicies.Preview preview) {
            return new Preview(
                    modelId,
                    RetentionJson.text(preview.cutoffs().records()),
                    RetentionJson.text(preview.cutoffs().blobs()),
                    preview.matched());
        }
    }

    /** One page of tasks, the newest first. */
    record Tasks(List<ObjectNode> items, @Nullable String nextCursor) {}

    /** The tasks that were undone, the oldest first. */
    record Restored(List<ObjectNode> restored) {
        static Restored of(List<Task> tasks) {
            return new Restored(tasks.stream().map(RetentionJson::task).toList());
        }
    }

    static ObjectNode policy(Policy policy) {
        return with(RetentionJson.policy(policy), PolicyStanding.of(policy));
    }

    /** A policy that was set, and what was gone by then. */
    static ObjectNode set(PolicyChange change, PolicyStanding standing) {
        Policy policy = standing.policy();
        ObjectNode json = with(RetentionJson.policy(policy == null ? change.policy() : policy), standing);
        return Claimed.addTo(json, change.claimed()).put("running_task", change.runningTask());
    }

    /** A policy as it was when it was deleted, what the model has instead, and what was gone by then. */
    static ObjectNode deleted(PolicyChange change) {
        ObjectNode json = RetentionJson.policy(change.policy());
        Policy instead = change.instead();
        json.set("replaced_by", instead == null ? json.nullNode() : RetentionJson.policy(instead));
        return Claimed.addTo(json, change.claimed()).put("running_task", change.runningTask());
    }

    /** A default policy, and how many models have it. */
    static ObjectNode defaultPolicy(DefaultPolicies.Change change) {
        return RetentionJson.defaultPolicy(change.policy())
                .put("models", change.models())
                .put("complete", change.complete());
    }

    /** A task that was cancelled or is asked to stop, and what was gone by then. */
    static ObjectNode cancelled(RetentionTasks.Cancelled cancelled) {
        return Claimed.addTo(RetentionJson.task(cancelled.task()), cancelled.claimed());
    }

    private static ObjectNode with(ObjectNode json, PolicyStanding standing) {
        json.put("in_effect", standing.reason() == null);
        return standing.reason() == null ? json : json.put("in_effect_reason", standing.reason());
    }
}
