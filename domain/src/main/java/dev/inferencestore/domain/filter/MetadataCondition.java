package dev.inferencestore.domain.filter;

import java.util.List;
import java.util.Locale;

/**
 * What the metadata of an inference must say under one key. Values of different types never meet: the text "5" is not the
 * number 5. A key that is not there meets no operator but {@code exists false}.
 *
 * @param key a key of the outermost object
 * @param values JSON, each as PostgreSQL reads it: several for {@code in}, one for the others; for {@code exists} true or
 *     false
 */
public record MetadataCondition(String key, Operator operator, ValueType type, List<String> values) {

    /** How the value under the key is compared. */
    public enum Operator {
        EQ,
        NE,
        LT,
        LE,
        GT,
        GE,
        IN,
        EXISTS,
        /** A text that has this part, an array that has this element, an object that has these fields. */
        CONTAINS;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether it compares by order, which only texts and numbers have. */
        public boolean isOrder() {
            return this == LT || this == LE || this == GT || this == GE;
        }
    }

    /** What a value is. */
    public enum ValueType {
        STRING,
        INTEGER,
        FLOAT,
        JSON;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public MetadataCondition {
        values = List.copyOf(values);
    }

    /** The one value of an operator that takes one. */
    public String value() {
        return values.get(0);
    }
}
