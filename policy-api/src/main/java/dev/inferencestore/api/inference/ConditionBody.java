package dev.inferencestore.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.inferencestore.api.http.Fields;
import dev.inferencestore.api.http.JsonRule;
import dev.inferencestore.api.http.TextRule;
import dev.inferencestore.domain.filter.MetadataCondition;
import dev.inferencestore.domain.filter.MetadataCondition.Operator;
import dev.inferencestore.domain.filter.MetadataCondition.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a condition on metadata: {@code key}, {@code operator} (eq where it is left out), {@code type} (that of the value
 * where it is left out) and {@code value}. A number may come as a text, as senders write them, where its type is named.
 */
final class ConditionBody {
    private static final TextRule KEY = TextRule.storable(256);
    private static final int MOST_VALUES = 100;
    private static final int MOST_DIGITS = 100;
    private static final Map<String, Operator> OPERATORS =
            Stream.of(Operator.values()).collect(Collectors.toMap(Operator::text, Function.identity()));
    private static final Map<String, ValueType> TYPES =
            Stream.of(ValueType.values()).collect(Collectors.toMap(ValueType::text, Function.identity()));

    private final Fields fields;

    private ConditionBody(Fields fields) {
        this.fields = fields;
    }

    /** Empty where a rule is broken, which the fields keep. */
    static Optional<MetadataCondition> read(Fields fields) {
        return new ConditionBody(fields).condition();
    }

    private Optional<MetadataCondition> condition() {
        String key = fields.text("key", KEY);
        Operator operator = fields.optionalOneOf("operator", OPERATORS);
        ValueType type = fields.optionalOneOf("type", TYPES);
        JsonNode value = fields.any("value");
        if (!fields.isSound()) {
            return Optional.empty();
        }
        return condition(key, operator == null ? Operator.EQ : operator, type, value);
    }

    private Optional<MetadataCondition> condition(
            String key, Operator operator, @Nullable ValueType type, @Nullable JsonNode value) {
        if (operator == Operator.EXISTS) {
            if (value != null && !value.isBoolean()) {
                fields.error("value", "must be true or false for exists");
            }
            boolean there = value == null || value.booleanValue();
            return Optional.of(new MetadataCondition(key, operator, ValueType.JSON, List.of(Boolean.toString(there))));
        }
        if (value == null) {
            fields.error("value", "must be given for " + operator.text());
            return Optional.empty();
        }
        if (operator == Operator.IN) {
            return in(key, type, value);
        }
        ValueType is = type == null ? typeOf(value) : type;
        String json = value(is, value, "value");
        if (operator.isOrder() && is == ValueType.JSON) {
            fields.error("type", "must be string, integer or float for " + operator.text() + ", which needs an order");
        }
        return json == null ? Optional.empty() : Optional.of(new MetadataCondition(key, operator, is, List.of(json)));
    }

    private Optional<MetadataCondition> in(String key, @Nullable ValueType type, JsonNode value) {
        if (!value.isArray() || value.isEmpty() || value.size() > MOST_VALUES) {
            fields.error("value", "must be a list of 1 to " + MOST_VALUES + " values for in");
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode each = value.get(i);
            String json = value(type == null ? typeOf(each) : type, each, "value[" + i + "]");
            if (json != null) {
                values.add(json);
            }
        }
        return Optional.of(new MetadataCondition(key, Operator.IN, type == null ? ValueType.JSON : type, values));
    }

    private static ValueType typeOf(JsonNode value) {
        if (value.isTextual()) {
            return ValueType.STRING;
        }
        return value.isNumber() ? ValueType.FLOAT : ValueType.JSON;
    }

    /** The value as JSON; null where it breaks a rule. */
    private @Nullable String value(ValueType type, JsonNode value, String field) {
        JsonNode typed =
                switch (type) {
                    case STRING -> value.isTextual() ? value : null;
                    case INTEGER -> number(value, true);
                    case FLOAT -> number(value, false);
                    case JSON -> value;
                };
        if (typed == null) {
            fields.error(field, "must be " + article(type));
            return null;
        }
        Optional<String> broken =
                JsonRule.broken(JsonNodeFactory.instance.objectNode().set("value", typed));
        broken.ifPresent(rule -> fields.error(field, rule));
        return broken.isPresent() ? null : typed.toString();
    }

    private static @Nullable JsonNode number(JsonNode value, boolean whole) {
        BigDecimal number = value.isNumber() ? value.decimalValue() : parse(value);
        return number == null || (whole && number.stripTrailingZeros().scale() > 0)
                ? null
                : DecimalNode.valueOf(number);
    }

    private static @Nullable BigDecimal parse(JsonNode value) {
        try {
            return value.isTextual()
                            && value.textValue().length() <= MOST_DIGITS
                            && value.textValue().chars().allMatch(c -> c < 128)
                    ? new BigDecimal(value.textValue())
                    : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private static String article(ValueType type) {
        return switch (type) {
            case STRING -> "a text, as its type says";
            case INTEGER -> "a whole number, as its type says";
            case FLOAT -> "a number, as its type says";
            case JSON -> "JSON";
        };
    }
}
