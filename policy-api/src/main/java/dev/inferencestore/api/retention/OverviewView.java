package dev.inferencestore.api.retention;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.usage.QuotaWarning;
import dev.inferencestore.domain.retention.Span;
import dev.inferencestore.storage.hold.HoldScope;
import dev.inferencestore.storage.retention.ModelOverview;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.RetentionJson;
import dev.inferencestore.storage.usage.Quota;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One page of a project's overview. */
record OverviewView(
        String projectId,
        List<QuotaWarning> quotaWarnings,
        List<OfModel> items,
        @Nullable String nextCursor) {
    static OverviewView of(
            String projectId, List<Quota.Warning> warnings, List<ModelOverview> models, @Nullable String nextCursor) {
        return new OverviewView(
                projectId,
                QuotaWarning.of(warnings),
                models.stream().map(OfModel::of).toList(),
                nextCursor);
    }

    /** One model. */
    record OfModel(
            String modelId,
            @Nullable String name,
            String state,
            @Nullable ObjectNode retentionPolicy,
            Some<OfHold> holds,
            Some<Erasure> erasures,
            List<Failure> failedTasks) {
        static OfModel of(ModelOverview model) {
            Policy policy = model.policy();
            return new OfModel(
                    model.modelId(),
                    model.name(),
                    model.state().text(),
                    policy == null ? null : RetentionJson.summary(policy),
                    Some.of(model.allHolds(), model.holds(), OfHold::of),
                    Some.of(model.allErasures(), model.erasures(), erasure -> Erasure.of(model.modelId(), erasure)),
                    model.failed().stream().map(Failure::of).toList());
        }
    }

    /** As many as are shown, and how many there are. */
    record Some<T>(long count, List<T> items) {
        static <S, T> Some<T> of(long count, List<S> shown, Function<S, T> view) {
            return new Some<>(count, shown.stream().map(view).toList());
        }
    }

    /** A hold, with its time or how many inferences it names. */
    record OfHold(
            String id,
            String reason,
            String scope,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String start,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String end,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long inferences,

            String placedBy,
            Instant placedAt,
            ModelOverview.@Nullable Keeps keeps) {
        static OfHold of(ModelOverview.Hold hold) {
            return new OfHold(
                    hold.holdId(),
                    hold.reason(),
                    hold.scope().text(),
                    RetentionJson.text(hold.start()),
                    hold.end() == Span.END ? null : RetentionJson.text(hold.end()),
                    hold.scope() == HoldScope.Kind.INFERENCES ? hold.inferences() : null,
                    hold.placedBy(),
                    hold.placedAt(),
                    hold.keeps());
        }
    }

    /** An erase, and where its receipt is. */
    record Erasure(
            String taskId,
            String requestedBy,
            Instant createdAt,
            String state,
            boolean wholeModel,
            long records,
            long inputs,
            long bytes,
            long held,
            @Nullable Instant finalAt,
            String receipt) {
        static Erasure of(String modelId, ModelOverview.Erasure erasure) {
            return new Erasure(
                    erasure.taskId(),
                    erasure.requestedBy(),
                    erasure.createdAt(),
                    erasure.state().text(),
                    erasure.wholeModel(),
                    erasure.records(),
                    erasure.inputs(),
                    erasure.bytes(),
                    erasure.held(),
                    erasure.finalAt(),
                    "/api/v1/models/" + modelId + "/retention-tasks/" + erasure.taskId() + "/receipt");
        }
    }

    /** A task that failed in the last day, and why. */
    record Failure(String taskId, String trigger, @Nullable String error, Instant finishedAt) {
        static Failure of(ModelOverview.Failure failed) {
            return new Failure(failed.taskId(), failed.trigger().text(), failed.error(), failed.finishedAt());
        }
    }
}
