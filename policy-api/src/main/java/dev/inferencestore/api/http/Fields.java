package dev.inferencestore.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, read one by one; every broken rule is kept and thrown together by {@link #done}. */
public final class Fields {
    private final ObjectNode json;
    private final Set<String> known = new HashSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    Fields(ObjectNode json) {
        this.json = json;
    }

    /** A text that must be given; what is returned where it is wrong is never used, because done() throws. */
    public String text(String field, TextRule rule) {
        String text = optionalText(field, rule);
        if (text == null && !json.hasNonNull(field)) {
            error(field, "must be given");
        }
        return text == null ? "" : text;
    }

    /** A text that may be left out or null. */
    public @Nullable String optionalText(String field, TextRule rule) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            error(field, "must be a text");
            return null;
        }
        rule.broken(value.textValue()).ifPresent(broken -> error(field, broken));
        return value.textValue();
    }

    /** True or false, which must be given. */
    public boolean flag(String field) {
        JsonNode value = value(field);
        if (value == null || !value.isBoolean()) {
            error(field, "must be true or false");
            return false;
        }
        return value.booleanValue();
    }

    /** True or false, or null where it is left out or null. */
    public @Nullable Boolean optionalFlag(String field) {
        JsonNode value = value(field);
        if (value == null || value.isBoolean()) {
            return value == null ? null : value.booleanValue();
        }
        error(field, "must be true or false");
        return null;
    }

    /** A number that may be left out or null; as it was written, however small or large. */
    public @Nullable BigDecimal optionalNumber(String field) {
        JsonNode value = value(field);
        if (value == null || value.isNumber()) {
            return value == null ? null : value.decimalValue();
        }
        error(field, "must be a number");
        return null;
    }

    /** Whether a field is given and not null. */
    public boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** Whether no rule was broken so far. */
    public boolean isSound() {
        return errors.isEmpty();
    }

    /** A list of objects that may be left out; each is handed over with its path. */
    public void objects(String field, int most, BiConsumer<String, ObjectNode> each) {
        JsonNode value = value(field);
        if (value == null) {
            return;
        }
        if (!value.isArray() || value.size() > most) {
            error(field, "must be a list of at most " + most + " objects");
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            String path = field + "[" + i + "]";
            if (value.get(i) instanceof ObjectNode object) {
                each.accept(path, object);
            } else {
                error(path, "must be an object");
            }
        }
    }

    public void error(String field, String rule) {
        errors.add(new FieldError(field, rule));
    }

    /**
     * Says that no other field is known.
     *
     * @throws ProblemException 422 with every broken rule
     */
    public void done() {
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                error(
                        field,
                        "is not a field of this call, which takes "
                                + (known.isEmpty() ? "none" : String.join(", ", sorted(known))));
            }
        });
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    private @Nullable JsonNode value(String field) {
        known.add(field);
        JsonNode value = json.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }
}
