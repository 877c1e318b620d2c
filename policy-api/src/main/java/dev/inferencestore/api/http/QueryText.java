package dev.inferencestore.api.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of an address after its question mark, as {@code name=value&…}. */
final class QueryText {
    private QueryText() {}

    /**
     * Values by name, decoded.
     *
     * @throws ProblemException 400 where something is not percent-encoded UTF-8
     */
    static Map<String, List<String>> read(@Nullable String text) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        if (text == null) {
            return parameters;
        }
        for (String part : text.split("&", -1)) {
            if (!part.isEmpty()) {
                String[] sides = part.split("=", 2);
                parameters
                        .computeIfAbsent(decoded(sides[0]), name -> new ArrayList<>())
                        .add(sides.length == 1 ? "" : decoded(sides[1]));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        try {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '%') {
                    bytes.write(Integer.parseUnsignedInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                } else {
                    bytes.writeBytes(String.valueOf(c == '+' ? ' ' : c).getBytes(StandardCharsets.UTF_8));
                }
            }
            return Utf8.text(bytes.toByteArray());
        } catch (IndexOutOfBoundsException | NumberFormatException | CharacterCodingException notEncoded) {
            throw ProblemException.of(
                    ProblemKind.UNREADABLE, "the parameters after the ? must be UTF-8, percent-encoded");
        }
    }
}
