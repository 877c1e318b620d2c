package dev.inferencestore.domain.format;

import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.registration.ModelIds;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How events of the own format name their model: by its id. */
final class OwnModel {
    private OwnModel() {}

    /** What the body says, else the attribute, else the record's key where that has a model id's form. */
    static ModelName name(@Nullable String inBody, Headline event) throws BadEvent {
        String inAttribute = event.modelId();
        if (inBody != null && inAttribute != null && !inBody.equals(inAttribute)) {
            throw new BadEvent(
                    Failure.MODEL_CONFLICT,
                    "the attribute modelid is '" + inAttribute + "' and model_id in the body '" + inBody + "'");
        }
        ModelName name = inBody == null ? inHeaders(event) : ModelName.ofId(inBody);
        if (name == null) {
            throw new BadEvent(
                    Failure.MODEL_MISSING, "no attribute modelid, no model_id in the body, and the key is no model id");
        }
        return name;
    }

    /** The attribute, else the key where that has a model id's form; else null. */
    static @Nullable ModelName inHeaders(Headline event) {
        if (event.modelId() != null) {
            return ModelName.ofId(event.modelId());
        }
        byte[] key = event.event().key();
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return ModelIds.isValid(text) ? ModelName.ofId(text) : null;
    }
}
