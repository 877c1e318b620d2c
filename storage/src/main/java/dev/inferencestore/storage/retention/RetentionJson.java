package dev.inferencestore.storage.retention;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.event.EventTime;
import dev.inferencestore.domain.retention.Cutoffs;
import dev.inferencestore.domain.retention.DeleteAction;
import dev.inferencestore.domain.retention.PolicyTerms;
import dev.inferencestore.storage.filter.FilterJson;
import dev.inferencestore.storage.project.DefaultPolicy;
import dev.inferencestore.storage.project.ProjectLimit;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Policies and tasks as the API, the audit log and the retention events show them: ages in hours, times in UTC. */
public final class RetentionJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double SECONDS_AN_HOUR = 3600;

    private RetentionJson() {}

    public static ObjectNode policy(Policy shown) {
        ObjectNode json =
                JSON.createObjectNode().put("id", shown.policy().policyId()).put("model_id", shown.modelId());
        return terms(json, shown.policy().terms())
                .put("inherited", shown.inherited())
                .put("version", shown.policy().version())
                .put("in_effect", shown.inEffect())
                .put("paused", shown.policy().paused())
                .put("last_evaluated_at", text(shown.lastEvaluatedAt()))
                .put("next_run_at", text(shown.nextRunAt()))
                .put("created_at", text(shown.createdAt()))
                .put("updated_at", text(shown.updatedAt()));
    }

    /** A policy in short, as it is shown with its model. */
    public static ObjectNode summary(Policy shown) {
        ObjectNode json = JSON.createObjectNode().put("id", shown.policy().policyId());
        return terms(json, shown.policy().terms())
                .put("inherited", shown.inherited())
                .put("version", shown.policy().version())
                .put("paused", shown.policy().paused())
                .put("next_run_at", text(shown.nextRunAt()));
    }

    public static ObjectNode defaultPolicy(DefaultPolicy shown) {
        ObjectNode json = JSON.createObjectNode().put("id", shown.policyId()).put("project_id", shown.projectId());
        return terms(json, shown.terms())
                .put("version", shown.version())
                .put("created_at", text(shown.createdAt()))
                .put("updated_at", text(shown.updatedAt()));
    }

    public static ObjectNode limit(ProjectLimit shown) {
        ObjectNode json = JSON.createObjectNode().put("project_id", shown.projectId());
        hours(json, "maximum_record_age", shown.limit().recordAge());
        hours(json, "maximum_blob_age", shown.limit().blobAge());
        return json.put("version", shown.version())
                .put("created_at", text(shown.createdAt()))
                .put("updated_at", text(shown.updatedAt()));
    }

    public static ObjectNode task(Task task) {
        Task.Figures figures = task.figures();
        Cutoffs cutoffs = task.cutoffs();
        ObjectNode json = JSON.createObjectNode()
                .put("id", task.taskId())
                .put("model_id", task.modelId())
                .put("retention_policy_id", task.policyId())
                .put("policy_version", task.policyVersion())
                .put("trigger", task.trigger().text())
                .put("dry_run", task.dryRun())
                .put("delete_action", task.action().text())
                .put("state", task.state().text())
                .put("record_cutoff", cutoffs == null ? null : text(cutoffs.records()))
                .put("blob_cutoff", cutoffs == null ? null : text(cutoffs.blobs()));
        json.putObject("records").put("matched", figures.recordsMatched()).put("deleted", figures.recordsDeleted());
        json.putObject("blobs")
                .put("matched", figures.blobsMatched())
                .put("deleted", figures.blobsDeleted())
                .put("bytes", figures.bytes());
        json.put("objects_deleted", figures.objects())
                .put("objects_rewritten", figures.objectsRewritten())
                .put("bytes_overwritten", figures.bytesOverwritten())
                .put("oldest", text(figures.oldest()))
                .put("newest", text(figures.newest()))
                .put("held", task.held())
                .put("requested_by", task.requestedBy())
                .put("created_at", text(task.createdAt()))
                .put("started_at", text(task.startedAt()))
                .put("finished_at", text(task.finishedAt()));
        if (task.action() == DeleteAction.SOFT) {
            json.put("restorable_until", text(task.restorableUntil())).put("restored", task.undone());
        }
        if (task.erasing() != null) {
            String filter = task.erasing().filter();
            json.set("filter", filter == null ? null : FilterJson.tree(filter));
            json.put("whole_model", task.unregisters())
                    .put("final_at", text(task.erasing().finalAt()));
        }
        putIfThere(json, "dry_run_id", task.dryRunId());
        putIfThere(json, "purge_of", task.purgeOf());
        return json.put("error", task.error());
    }

    /** A point of event time; null where nothing is cut off. */
    public static @Nullable String text(long micros) {
        return micros == Cutoffs.KEEP ? null : text(instant(micros));
    }

    /** What is gone for good, as part of a sentence. */
    static String gone(Cutoffs claimed) {
        return Stream.of(gone("records", claimed.records()), gone("inputs", claimed.blobs()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String gone(String what, long before) {
        return before == Cutoffs.KEEP ? "" : what + " before " + text(before);
    }

    static Instant instant(long micros) {
        return EventTime.instant(micros);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    private static void putIfThere(ObjectNode json, String field, @Nullable String text) {
        if (text != null) {
            json.put(field, text);
        }
    }

    private static ObjectNode terms(ObjectNode json, PolicyTerms terms) {
        hours(json, "maximum_record_age", terms.recordAge());
        hours(json, "maximum_blob_age", terms.blobAge());
        json.put("delete_action", terms.action().text());
        hours(json, "automated_interval", terms.interval());
        return json;
    }

    /** Whole hours as whole numbers, others with their fraction. */
    private static void hours(ObjectNode json, String field, @Nullable Long seconds) {
        if (seconds == null) {
            json.putNull(field);
        } else if (seconds % 3600 == 0) {
            json.put(field, seconds / 3600);
        } else {
            json.put(field, seconds / SECONDS_AN_HOUR);
        }
    }
}
