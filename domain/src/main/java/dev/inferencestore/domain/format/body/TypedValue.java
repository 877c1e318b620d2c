package dev.inferencestore.domain.format.body;

import com.fasterxml.jackson.core.JsonParser;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Limits;
import dev.inferencestore.domain.wire.Metadata;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value of metadata that travels as text with its type beside it. One that does not parse as its type stays text. */
final class TypedValue {
    /** Keys that are numbers whatever type is said, since what is stored can be found by them. */
    private static final Set<String> NUMBERS = Set.of("latitude", "longitude");

    /** Characters, and powers of ten: well inside {@link Limits#NUMBER} and {@link Limits#EXPONENT} however it is written. */
    private static final int LONGEST = 80;

    private TypedValue() {}

    /** As JSON: the value at which the parser stands. */
    static String of(byte[] document, JsonParser parser, String type, String key) throws IOException, BadEvent {
        return of(Slice.at(parser).text(document), type, key);
    }

    /**
     * As JSON.
     *
     * @param value JSON; one that is no text has its type already
     */
    static String of(String value, String type, String key) throws BadEvent {
        if (!value.startsWith("\"")) {
            return value;
        }
        String typed = null;
        if (NUMBERS.contains(key)) {
            typed = decimal(text(value));
        } else if (!type.isEmpty()) {
            typed = switch (type.toLowerCase(Locale.ROOT)) {
                case "int", "integer", "long" -> integer(text(value));
                case "float", "double", "number" -> decimal(text(value));
                case "bool", "boolean" -> truth(text(value));
                case "dict", "json", "nested json", "list", "object" -> json(text(value));
                default -> null;
            };
        }
        return typed == null ? value : typed;
    }

    private static String text(String value) throws BadEvent {
        return Json.read(value.getBytes(StandardCharsets.UTF_8), parser -> Json.text(parser, "value"));
    }

    private static @Nullable String integer(String text) {
        if (!isPlain(text)) {
            return null;
        }
        try {
            return new BigInteger(text.strip()).toString();
        } catch (NumberFormatException stays) {
            return null;
        }
    }

    private static @Nullable String decimal(String text) {
        if (!isPlain(text)) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text.strip());
            // Digits are kept: 48.1370 stays that.
            return Math.abs((long) number.scale()) > LONGEST ? null : number.toString();
        } catch (NumberFormatException stays) {
            return null;
        }
    }

    private static @Nullable String truth(String text) {
        String small = text.strip().toLowerCase(Locale.ROOT);
        return small.equals("true") || small.equals("false") ? small : null;
    }

    private static @Nullable String json(String text) {
        return Metadata.isStorable(text) ? text : null;
    }

    /** Short, and without digits of other scripts. */
    private static boolean isPlain(String text) {
        return text.length() <= LONGEST && text.chars().allMatch(c -> c < 0x80);
    }
}
