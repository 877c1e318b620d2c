package dev.inferencestore.storage.retention;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.storage.outbox.RetentionOutbox;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.project.ProjectLimit;
import dev.inferencestore.storage.project.ProjectRows;
import dev.inferencestore.storage.registration.ControlLog;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happened to a policy, a task or the settings of a project, in the transaction in which it happens: an audit entry, and an event
 * (CloudEvents 1.0, structured mode) for the retention-events topic.
 */
final class RetentionEvents {
    private RetentionEvents() {}

    /**
     * Says that a policy was set, deleted or paused.
     *
     * @param what as in {@code policy.set}
     * @param before JSON of the row before; null where there was none
     * @param after JSON of the row after; null where there is none any more
     */
    static void policy(
            Handle handle, String what, String actor, Policy policy, @Nullable String before, @Nullable String after) {
        ControlLog.audit(handle, actor, "retention-" + what, policy.modelId(), before, after);
        RetentionOutbox.add(handle, what, policy.modelId(), policy.policy().policyId(), RetentionJson.policy(policy));
    }

    /**
     * Announces what the first removal of a policy's version is about to take.
     *
     * @param task which does it, and has counted it
     * @return by which the outbox knows whether it is published
     */
    static long notice(Handle handle, Policy policy, Task task) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.set("policy", RetentionJson.policy(policy));
        data.set("task", RetentionJson.task(task));
        ControlLog.audit(handle, "job", "retention-policy.notice", policy.modelId(), null, data.toString());
        return RetentionOutbox.add(
                handle, "policy.notice", policy.modelId(), policy.policy().policyId(), data);
    }

    /**
     * Says that a project's default policy was set or deleted.
     *
     * @param shown as it is, or as it was when it was deleted
     * @param before null where there was none
     * @param after null where there is none any more
     */
    static void defaultPolicy(
            Handle handle,
            String what,
            String actor,
            DefaultPolicy shown,
            ProjectRows.@Nullable Image<DefaultPolicy> before,
            ProjectRows.@Nullable Image<DefaultPolicy> after) {
        ControlLog.auditProject(handle, actor, "retention-" + what, shown.projectId(), json(before), json(after));
        RetentionOutbox.addOfProject(
                handle, what, shown.projectId(), shown.policyId(), RetentionJson.defaultPolicy(shown));
    }

    /**
     * Says that a project's limit was set or deleted.
     *
     * @param shown as it is, or as it was when it was deleted
     * @param before null where there was none
     * @param after null where there is none any more
     */
    static void limit(
            Handle handle,
            String what,
            String actor,
            ProjectLimit shown,
            ProjectRows.@Nullable Image<ProjectLimit> before,
            ProjectRows.@Nullable Image<ProjectLimit> after) {
        ControlLog.auditProject(handle, actor, "retention-" + what, shown.projectId(), json(before), json(after));
        RetentionOutbox.addOfProject(handle, what, shown.projectId(), shown.projectId(), RetentionJson.limit(shown));
    }

    private static @Nullable String json(ProjectRows.@Nullable Image<?> image) {
        return image == null ? null : image.json();
    }

    /**
     * Says what became of a task.
     *
     * @param what as in {@code task.complete}
     * @param before null where it is new
     */
    static void task(Handle handle, String what, String actor, @Nullable Task before, Task after) {
        ObjectNode json = RetentionJson.task(after);
        String image = before == null ? null : RetentionJson.task(before).toString();
        ControlLog.audit(handle, actor, "retention-" + what, after.modelId(), image, json.toString());
        RetentionOutbox.add(handle, what, after.modelId(), after.taskId(), json);
    }
}
