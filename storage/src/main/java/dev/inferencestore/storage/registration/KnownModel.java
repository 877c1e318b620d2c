package dev.inferencestore.storage.registration;

import org.jspecify.annotations.Nullable;

/**
 * A model that is registered or was.
 *
 * @param eraseTask the last task that erases what it stored; null unless it is being erased
 */
public record KnownModel(
        Model model, ModelState state, @Nullable String eraseTask) {
    public String modelId() {
        return model.modelId();
    }
}
