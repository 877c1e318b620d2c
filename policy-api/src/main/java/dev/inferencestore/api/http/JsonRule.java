package dev.inferencestore.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;

/** Whether JSON that a caller may shape freely is small enough, and whether a jsonb column takes it. */
public final class JsonRule {
    private static final int MOST_BYTES = 16 * 1024;
    private static final int DEEPEST = 8;
    private static final int MOST_DIGITS = 100;
    private static final int LARGEST_SCALE = 400;

    private JsonRule() {}

    /** The rule that an object breaks, to be read after its field's name. */
    public static Optional<String> broken(ObjectNode json) {
        if (json.isEmpty()) {
            return Optional.of("must have at least one field");
        }
        // Before its length: written out, deep nesting is a deep recursion.
        String rule = broken(json, 1);
        if (rule.isEmpty() && Json.bytes(json).length > MOST_BYTES) {
            rule = "must be at most " + MOST_BYTES + " bytes";
        }
        return Optional.of(rule).filter(text -> !text.isEmpty());
    }

    private static String broken(JsonNode node, int depth) {
        if (node.isContainerNode() && depth > DEEPEST) {
            return "must be nested " + DEEPEST + " levels deep at most";
        }
        if (node.isTextual()) {
            return text(node.textValue());
        }
        if (node.isNumber()) {
            return number(node.decimalValue());
        }
        for (var field : node.properties()) {
            String name = text(field.getKey());
            if (!name.isEmpty()) {
                return name;
            }
        }
        for (JsonNode child : node) {
            String rule = broken(child, depth + 1);
            if (!rule.isEmpty()) {
                return rule;
            }
        }
        return "";
    }

    private static String text(String text) {
        return TextRule.isStorable(text) ? "" : "must not hold zero characters or halves of surrogate pairs";
    }

    /** PostgreSQL writes numbers out; one of a million digits would be refused, or not be read again. */
    private static String number(BigDecimal number) {
        return number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= LARGEST_SCALE
                ? ""
                : "must hold numbers of at most " + MOST_DIGITS + " digits and exponents up to 300";
    }
}
