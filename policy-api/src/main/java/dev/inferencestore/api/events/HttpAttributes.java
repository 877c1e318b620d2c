package dev.inferencestore.api.events;

import dev.inferencestore.api.http.FieldError;
import dev.inferencestore.api.http.ProblemException;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an event in binary mode: the headers {@code ce-…} of a call.
 *
 * <p>The specification has values percent-encoded; the SDK that KServe sends with has never done that, and bridges hand on
 * what they get. So a value is decoded only where it can be one that was encoded: one with a space, a quote or a character
 * that is not ASCII cannot, and stays as it is. So do URIs, whose percent signs are their own.
 */
final class HttpAttributes {
    private static final String PREFIX = "ce-";
    private static final Set<String> URIS = Set.of("source", "dataschema", "schemaurl");

    private HttpAttributes() {}

    /**
     * All of them by name, in small letters.
     *
     * @throws ProblemException 422 where one stands twice
     */
    static Map<String, String> of(Context call) {
        Map<String, String> attributes = new HashMap<>();
        for (String header : Collections.list(call.req().getHeaderNames())) {
            String name = header.toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
                List<String> values = Collections.list(call.req().getHeaders(header));
                if (values.size() > 1) {
                    throw ProblemException.invalid(List.of(new FieldError(name, "must be sent once")));
                }
                String attribute = name.substring(PREFIX.length());
                attributes.put(attribute, value(attribute, utf8(values.get(0))));
            }
        }
        return attributes;
    }

    private static String value(String attribute, String sent) {
        String decoded = URIS.contains(attribute) ? null : decoded(sent);
        return decoded == null ? sent : decoded;
    }

    /** Servers hand headers out as Latin-1; senders that do not encode send UTF-8. */
    private static String utf8(String latin) {
        if (latin.chars().allMatch(c -> c < 0x80)) {
            return latin;
        }
        String text = strictly(latin.getBytes(StandardCharsets.ISO_8859_1));
        boolean isLatin = latin.chars().allMatch(c -> c < 0x100);
        return text == null || !isLatin ? latin : text;
    }

    /** Null where it is not percent-encoded. */
    private static @Nullable String decoded(String sent) {
        if (sent.indexOf('%') < 0 || sent.chars().anyMatch(c -> c <= ' ' || c == '"' || c >= 0x7f)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(sent.length());
        for (int i = 0; i < sent.length(); i++) {
            char c = sent.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            boolean whole = i + 2 < sent.length();
            int high = whole ? Character.digit(sent.charAt(i + 1), 16) : -1;
            int low = whole ? Character.digit(sent.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            bytes.put((byte) (high * 16 + low));
            i += 2;
        }
        bytes.flip();
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return strictly(array);
    }

    private static @Nullable String strictly(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
