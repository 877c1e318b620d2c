package dev.inferencestore.api.registration;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.api.replay.Backfill;
import dev.inferencestore.domain.registration.Source;
import dev.inferencestore.storage.progress.InEffectState;
import dev.inferencestore.storage.registration.KnownModel;
import dev.inferencestore.storage.registration.Model;
import dev.inferencestore.storage.registration.ModelState;
import dev.inferencestore.storage.registration.StoredFigures;
import dev.inferencestore.storage.retention.Policy;
import dev.inferencestore.storage.retention.RetentionJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model as calls show it.
 *
 * @param eraseTask the task that erases what it stored, while it is being erased
 * @param backfill where the call switched storage on for a time that has passed
 */
record ModelView(
        String modelId,
        String state,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String eraseTask,

        String projectId,
        String taskType,
        @Nullable String name,
        List<Map<String, String>> sources,
        Storage storage,
        StoredFigures stored,
        @Nullable ObjectNode retentionPolicy,
        long version,
        Instant createdAt,
        Instant updatedAt,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Backfill backfill) {

    /** Whether events are to be stored, and whether the running job does as this version says. */
    record Storage(
            boolean enabled,
            boolean inEffect,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String inEffectReason) {}

    /** One page of models. */
    record Page(List<ModelView> items, @Nullable String nextCursor) {}

    /** A model, the policy of which is null where it has none. */
    static ModelView of(Model model, InEffectState state, StoredFigures stored, @Nullable Policy policy) {
        return of(new KnownModel(model, ModelState.REGISTERED, null), state, stored, policy);
    }

    /** The same of a model that may be unregistered. */
    static ModelView of(KnownModel known, InEffectState state, StoredFigures stored, @Nullable Policy policy) {
        Model model = known.model();
        return new ModelView(
                model.modelId(),
                known.state().text(),
                known.eraseTask(),
                model.registration().projectId(),
                model.registration().taskType(),
                model.registration().name(),
                model.registration().sources().stream().map(ModelView::source).toList(),
                new Storage(model.enabled(), state.inEffect(), state.reason()),
                stored,
                policy == null ? null : RetentionJson.summary(policy),
                model.version(),
                model.createdAt(),
                model.updatedAt(),
                null);
    }

    ModelView with(@Nullable Backfill started) {
        return new ModelView(
                modelId,
                state,
                eraseTask,
                projectId,
                taskType,
                name,
                sources,
                storage,
                stored,
                retentionPolicy,
                version,
                createdAt,
                updatedAt,
                started);
    }

    private static Map<String, String> source(Source source) {
        Map<String, String> fields = new TreeMap<>(source.attributes());
        fields.put("format", source.format());
        return fields;
    }
}
