package dev.inferencestore.domain.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What entries of files have in common: the replay that reads them may say which model they are of. */
final class Entries {
    private Entries() {}

    /** The model that the replay says, else that of the entry. */
    static ModelName model(Headline event, ModelName ofEntry) {
        String said = event.header(Headline.FILE_MODEL);
        return said == null ? ofEntry : ModelName.ofId(said);
    }

    /** The model that the replay says, else the one whose id the entry has. */
    static ModelName model(Headline event, @Nullable String id) throws BadEvent {
        String said = event.header(Headline.FILE_MODEL);
        if (said == null && id == null) {
            throw new BadEvent(Failure.MODEL_MISSING, "the entry has no model_id, and the replay says no model");
        }
        return ModelName.ofId(said == null ? String.valueOf(id) : said);
    }

    /** A field that must be a text. */
    static String text(JsonNode json, String field) throws BadEvent {
        String text = optional(json, field);
        if (text == null || text.isEmpty()) {
            throw new BadEvent(Failure.FIELD_MISSING, field + " is missing");
        }
        return text;
    }

    /** A field that is a text, or null where it is not given. */
    static @Nullable String optional(JsonNode json, String field) throws BadEvent {
        JsonNode value = json.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new BadEvent(Failure.FIELD_INVALID, field + " must be a string");
        }
        return value.textValue();
    }

    /** Decodes strictly: a decoder that leaves out what is no base64 makes other bytes of it, and nobody is told. */
    static byte[] base64(String field, String text) throws BadEvent {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new BadEvent(Failure.FIELD_INVALID, field + " is not base64: " + notBase64.getMessage());
        }
    }
}
