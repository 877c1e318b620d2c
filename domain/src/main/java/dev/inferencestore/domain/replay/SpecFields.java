package dev.inferencestore.domain.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.inferencestore.domain.registration.ModelIds;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fields of a spec's JSON, one by one; every broken rule is kept with the path of its field. */
final class SpecFields {
    /** So many of a long list are named; nobody reads a thousand. */
    private static final int MOST_WRONG = 10;

    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    private final ObjectNode json;
    private final String prefix;
    private final List<InvalidReplay.Rule> broken;
    private final TreeSet<String> known = new TreeSet<>();

    SpecFields(ObjectNode json, String prefix, List<InvalidReplay.Rule> broken) {
        this.json = json;
        this.prefix = prefix;
        this.broken = broken;
    }

    void error(String field, String rule) {
        broken.add(new InvalidReplay.Rule(prefix + field, rule));
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** Takes fields as known that are of another kind than what is read, where no kind is said. */
    void know(Collection<String> fields) {
        known.addAll(fields);
    }

    /** The value of a field; null where it is left out or null. */
    @Nullable
    JsonNode value(String field) {
        known.add(field);
        return json.hasNonNull(field) ? json.get(field) : null;
    }

    /** A text that must be given and be one of these. */
    @Nullable
    String oneOf(String field, List<String> words) {
        JsonNode value = value(field);
        String word =
                value != null && value.isTextual() && words.contains(value.textValue()) ? value.textValue() : null;
        if (word == null) {
            error(field, "must be " + (words.size() == 1 ? "" : "one of ") + String.join(", ", words));
        }
        return word;
    }

    @Nullable
    String modelId(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        if (!value.isTextual() || !ModelIds.isValid(value.textValue())) {
            error(field, "must be " + ModelIds.RULE);
            return null;
        }
        return value.textValue();
    }

    boolean flag(String field) {
        JsonNode value = value(field);
        if (value != null && !value.isBoolean()) {
            error(field, "must be true or false");
        }
        return value != null && value.booleanValue();
    }

    @Nullable
    Instant time(String field) {
        JsonNode value = value(field);
        if (value == null) {
            return null;
        }
        try {
            String text = value.asText();
            if (value.isTextual() && TIME.matcher(text).matches()) {
                return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
            }
        } catch (DateTimeException inNoCalendar) {
            // Said below, as of what has another form.
        }
        error(field, "must be a time with an offset (RFC 3339), as 2026-11-22T12:00:00Z");
        return null;
    }

    /** Says where an end is not after its start. */
    void range(@Nullable Instant start, @Nullable Instant end) {
        if (start != null && end != null && !start.isBefore(end)) {
            error("end", "must be after start");
        }
    }

    /** Texts, one at least where the field is given; empty where it is left out or wrong. */
    List<String> texts(String field, int most, TextCheck check) {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.isEmpty() || value.size() > most) {
            error(field, "must be a list of 1 to " + most + " texts");
            return List.of();
        }
        TreeSet<String> texts = new TreeSet<>();
        int wrong = 0;
        for (int i = 0; i < value.size() && wrong < MOST_WRONG; i++) {
            JsonNode text = value.get(i);
            String rule = text.isTextual() ? check.broken(text.textValue()) : "must be a text";
            if (rule == null) {
                texts.add(text.textValue());
            } else {
                error(field + "[" + i + "]", rule);
                wrong++;
            }
        }
        return new ArrayList<>(texts);
    }

    /** What a text of a list must be. */
    interface TextCheck {
        /** The rule that it breaks; null where it is in order. */
        @Nullable
        String broken(String text);
    }

    static @Nullable String topicRule(String topic) {
        return TOPIC.matcher(topic).matches() && !topic.equals(".") && !topic.equals("..")
                ? null
                : "must be the name of a topic: 1 to 249 of A-Z a-z 0-9 . _ -";
    }

    /** Says that no other field is known. */
    void done() {
        String of = prefix.isEmpty() ? "this call" : prefix.substring(0, prefix.length() - 1);
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                error(field, "is not a field of " + of + ", which takes " + String.join(", ", known));
            }
        });
    }
}
