package dev.inferencestore.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Query parameters; one that is unknown, given twice or out of its range is an error, never passed over. */
public final class Query {
    private static final String CURSOR = "v1:";
    private static final int MOST_DIGITS = 100;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Map<String, String> given = new HashMap<>();
    private final TreeSet<String> known = new TreeSet<>();
    private final List<FieldError> errors = new ArrayList<>();
    private final List<Fields> nested = new ArrayList<>();

    /**
     * The parameters of a call.
     *
     * @throws ProblemException 400 where they cannot be decoded
     */
    public Query(Context call) {
        QueryText.read(call.queryString()).forEach((name, values) -> {
            given.put(name, values.get(0));
            if (values.size() > 1) {
                errors.add(new FieldError(name, "must be given once"));
            }
        });
    }

    public @Nullable String text(String name, TextRule rule) {
        String text = value(name);
        if (text != null) {
            rule.broken(text).ifPresent(broken -> errors.add(new FieldError(name, broken)));
        }
        return text;
    }

    public @Nullable Boolean flag(String name) {
        String text = value(name);
        if (text == null || text.equals("true") || text.equals("false")) {
            return text == null ? null : Boolean.valueOf(text);
        }
        errors.add(new FieldError(name, "must be true or false"));
        return null;
    }

    public int limit(int fallback, int most) {
        String text = value("limit");
        if (text == null) {
            return fallback;
        }
        if (text.matches("\\d{1,9}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= most) {
                return limit;
            }
        }
        errors.add(new FieldError("limit", "must be from 1 to " + most));
        return fallback;
    }

    /** One of these words. */
    public <T> @Nullable T oneOf(String name, Map<String, T> words) {
        String text = value(name);
        if (text != null && !words.containsKey(text)) {
            errors.add(new FieldError(name, "must be one of " + String.join(", ", new TreeSet<>(words.keySet()))));
        }
        return text == null ? null : words.get(text);
    }

    /** A moment with its offset. */
    public @Nullable Instant time(String name) {
        String text = value(name);
        if (text == null) {
            return null;
        }
        Instant time = Times.parse(text).orElse(null);
        if (time == null) {
            errors.add(
                    new FieldError(
                            name,
                            "must be a time with an offset (RFC 3339), as 2026-11-22T12:00:00Z or 2026-11-22T13:00:00%2B01:00"));
        }
        return time;
    }

    /** A parameter that is JSON, as the only field of an object, so that it is read as in a body; null where it is not given. */
    public @Nullable Fields json(String name) {
        String text = value(name);
        if (text == null) {
            return null;
        }
        try {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.set(name, Json.MAPPER.readTree(text));
            return nested(object);
        } catch (JsonProcessingException notJson) {
            errors.add(new FieldError(name, "must be JSON, percent-encoded: " + notJson.getOriginalMessage()));
            return null;
        }
    }

    /** Numbers that go together, as fields of an object; null where none of them is given. */
    public @Nullable Fields numbers(List<String> names) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String name : names) {
            String text = value(name);
            if (text != null) {
                object.set(name, number(text));
            }
        }
        return object.isEmpty() ? null : nested(object);
    }

    /** How long something is to last; null where it is not given. */
    public @Nullable Duration duration(String name, Duration most) {
        String text = value(name);
        if (text == null) {
            return null;
        }
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // Said below, as for one that is out of range.
        }
        errors.add(new FieldError(name, "must be an ISO 8601 duration from PT1S to " + most));
        return null;
    }

    /** A number, or the text that is none. */
    private static JsonNode number(String text) {
        try {
            // By itself it would take the digits of any script.
            if (text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c < 128)) {
                return DecimalNode.valueOf(new BigDecimal(text));
            }
        } catch (NumberFormatException notANumber) {
            // Said by who reads it as a number.
        }
        return TextNode.valueOf(text);
    }

    private Fields nested(ObjectNode object) {
        Fields fields = new Fields(object, "", errors);
        nested.add(fields);
        return fields;
    }

    /** For rules that parameters must fulfil together. */
    public void error(String name, String rule) {
        errors.add(new FieldError(name, rule));
    }

    /**
     * How long a call that takes no other parameter is to wait; zero where it is not given.
     *
     * @throws ProblemException 422 with every broken rule
     */
    public static Duration waitOf(Context call) {
        Query query = new Query(call);
        Duration wait = query.wait(LONGEST_WAIT);
        query.done();
        return wait;
    }

    private Duration wait(Duration most) {
        String text = value("wait");
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            Duration wait = Duration.parse(text);
            if (!wait.isNegative() && wait.compareTo(most) <= 0) {
                return wait;
            }
        } catch (DateTimeParseException notADuration) {
            // Said below, as for one that is out of range.
        }
        errors.add(new FieldError("wait", "must be an ISO 8601 duration from PT0S to " + most));
        return Duration.ZERO;
    }

    /**
     * Where a page begins: after this key; empty at the beginning.
     *
     * @param form of the keys of this list
     */
    public String cursor(TextRule form) {
        String text = value("cursor");
        if (text == null) {
            return "";
        }
        try {
            String key = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            if (key.startsWith(CURSOR)
                    && form.broken(key.substring(CURSOR.length())).isEmpty()) {
                return key.substring(CURSOR.length());
            }
        } catch (IllegalArgumentException notBase64) {
            // Said below, as for one that is of another list.
        }
        errors.add(new FieldError("cursor", "must be the next_cursor of a page of this list"));
        return "";
    }

    /** The cursor of the page after this key. */
    public static String cursorAfter(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((CURSOR + key).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Says that no other parameter is known.
     *
     * @throws ProblemException 422 with every broken rule
     */
    public void done() {
        nested.forEach(Fields::findUnknown);
        String takes = known.isEmpty() ? "none" : String.join(", ", known);
        given.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .forEach(name ->
                        errors.add(new FieldError(name, "is not a parameter of this call, which takes " + takes)));
        if (!errors.isEmpty()) {
            throw ProblemException.invalid(errors);
        }
    }

    private @Nullable String value(String name) {
        known.add(name);
        return given.get(name);
    }
}
