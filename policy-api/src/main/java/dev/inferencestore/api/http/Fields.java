package dev.inferencestore.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, read one by one; every broken rule is kept and thrown together by {@link #done}. */
public final class Fields {
    /** So many of a long list are named; nobody reads ten thousand. */
    private static final int MOST_WRONG = 10;

    private final ObjectNode json;
    private final String prefix;
    private final List<FieldError> errors;
    private final Set<String> known = new HashSet<>();
    private final List<Fields> nested = new ArrayList<>();

    Fields(ObjectNode json) {
        this(json, "", new ArrayList<>());
    }

    Fields(ObjectNode json, String prefix, List<FieldError> errors) {
        this.json = json;
        this.prefix = prefix;
        this.errors = errors;
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

    /** A moment with its offset that may be left out or null. */
    public @Nullable Instant optionalTime(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        Instant time = value.isTextual() ? Times.parse(value.textValue()).orElse(null) : null;
        if (time == null) {
            error(field, "must be a time with an offset (RFC 3339), as 2026-11-22T12:00:00Z");
        }
        return time;
    }

    /**
     * Texts, each once, of which there must be one at least where the field is given; empty where it is left out, null or
     * wrong.
     */
    public List<String> texts(String field, int most, TextRule rule) {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.isEmpty() || value.size() > most) {
            error(field, "must be a list of 1 to " + most + " texts");
            return List.of();
        }
        Set<String> texts = new LinkedHashSet<>();
        int wrong = 0;
        for (int i = 0; i < value.size() && wrong < MOST_WRONG; i++) {
            JsonNode text = value.get(i);
            Optional<String> broken = text.isTextual() ? rule.broken(text.textValue()) : Optional.of("must be a text");
            if (broken.isPresent()) {
                error(field + "[" + i + "]", broken.get());
                wrong++;
            }
            texts.add(text.asText());
        }
        return wrong == 0 ? List.copyOf(texts) : List.of();
    }

    /** One of these words, or null where it is left out, null or wrong. */
    public <T> @Nullable T optionalOneOf(String field, Map<String, T> words) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        T word = value.isTextual() ? words.get(value.textValue()) : null;
        if (word == null) {
            error(field, "must be one of " + String.join(", ", new TreeSet<>(words.keySet())));
        }
        return word;
    }

    /** The names of all that is given. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whatever JSON is given, null of JSON included; null where the field is left out. */
    public @Nullable JsonNode any(String field) {
        known.add(field);
        return json.get(field);
    }

    /**
     * A list of objects whose fields are read like these, each by itself, and whose broken rules are thrown with theirs.
     *
     * @param rule what is said where it is no such list, or one of none
     */
    public void each(String field, int most, String rule, Consumer<Fields> reader) {
        JsonNode value = value(field);
        if (value == null) {
            return;
        }
        if (!value.isArray() || value.isEmpty() || value.size() > most) {
            error(field, rule);
            return;
        }
        for (int i = 0; i < value.size(); i++) {
            String path = field + "[" + i + "]";
            if (value.get(i) instanceof ObjectNode object) {
                Fields fields = new Fields(object, prefix + path + ".", errors);
                nested.add(fields);
                reader.accept(fields);
            } else {
                error(path, "must be an object");
            }
        }
    }

    /** An object whose fields are read like these, and whose broken rules are thrown with theirs. */
    public @Nullable Fields object(String field) {
        ObjectNode value = optionalObject(field);
        if (value == null) {
            return null;
        }
        Fields fields = new Fields(value, prefix + field + ".", errors);
        nested.add(fields);
        return fields;
    }

    /** An object of any fields that may be left out or null. */
    public @Nullable ObjectNode optionalObject(String field) {
        JsonNode value = value(field);
        if (value == null || value instanceof ObjectNode) {
            return (ObjectNode) value;
        }
        error(field, "must be an object");
        return null;
    }

    /** All of them as JSON, in one order however they were sent. */
    public String canonical() {
        return Json.canonical(json);
    }

    /** Whether it has no field that is given and not null. */
    public boolean isEmpty() {
        return json.properties().stream().allMatch(field -> field.getValue().isNull());
    }

    public void error(String field, String rule) {
        errors.add(new FieldError(prefix + field, rule));
    }

    /**
     * Says that no other field is known.
     *
     * @throws ProblemException 422 with every broken rule
     */
    public void done() {
        findUnknown();
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    void findUnknown() {
        nested.forEach(Fields::findUnknown);
        String of = prefix.isEmpty() ? "this call" : prefix.substring(0, prefix.length() - 1);
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                error(
                        field,
                        "is not a field of " + of + ", which takes "
                                + (known.isEmpty() ? "none" : String.join(", ", sorted(known))));
            }
        });
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
