package dev.inferencestore.domain.format.body;

import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import dev.inferencestore.domain.wire.Json;
import dev.inferencestore.domain.wire.Texts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The one element of a BYTES input: text, or bytes that were sent as base64. Which of the two is seldom said, so there is
 * a rule, written down in {@code docs/formats.md}. Only base64 that could have been written in no other way is guessed to
 * be base64, so that what was sent can be had back whatever the guess.
 */
final class BytesInput {
    /** Characters below which text that happens to be base64 is taken for what it reads. */
    private static final int SHORTEST_GUESS = 16;

    private static final int LOOKED_AT = 64;
    private static final byte[] NOTHING = {};

    private BytesInput() {}

    /** When an element is base64. */
    private enum Base64Where {
        NOWHERE,
        SAID,
        CANONICAL,
        LONG_AND_CANONICAL
    }

    /**
     * What was sent.
     *
     * @param element where it stands, quotes and all
     * @param contentType the parameter {@code content_type}: {@code str}, {@code base64} or a type of bytes
     * @param ofPlatform whether the parameters are those of the platform that sends all bytes in base64
     */
    static Payload of(byte[] document, Slice element, @Nullable String contentType, boolean ofPlatform)
            throws BadEvent {
        String mediaType = ContentTypes.isMediaType(contentType) ? contentType : null;
        Base64Where where = where(contentType, mediaType, ofPlatform);
        // Mostly it is base64 in which nothing is escaped, and large: decoded where it stands, without a look before.
        byte[] bytes = decoded(document, element.from() + 1, element.to() - 1, where);
        boolean isDecoded = bytes != null;
        if (bytes == null) {
            byte[] sent = Arrays.copyOfRange(document, element.from() + 1, element.to() - 1);
            byte[] text = hasEscapes(sent) ? unescaped(document, element) : sent;
            byte[] after = text == sent ? null : decoded(text, 0, text.length, where);
            isDecoded = after != null;
            bytes = after == null ? text : after;
        }
        String type = isDecoded ? ContentTypes.of(bytes) : ContentTypes.TEXT;
        return new Payload(mediaType == null ? type : mediaType, bytes);
    }

    /** Whether the payload says all that the parameter said. */
    static boolean isApplied(String contentType) {
        return contentType.equals("str") || contentType.equals("base64") || ContentTypes.isMediaType(contentType);
    }

    private static Base64Where where(@Nullable String contentType, @Nullable String mediaType, boolean ofPlatform) {
        if ("str".equals(contentType)) {
            return Base64Where.NOWHERE;
        }
        if ("base64".equals(contentType) || (mediaType != null && !ContentTypes.isTextual(mediaType))) {
            return Base64Where.SAID;
        }
        if (ofPlatform) {
            return Base64Where.CANONICAL;
        }
        return mediaType == null ? Base64Where.LONG_AND_CANONICAL : Base64Where.NOWHERE;
    }

    private static byte @Nullable [] decoded(byte[] text, int from, int to, Base64Where where) {
        return switch (where) {
            case NOWHERE -> null;
            case SAID -> lenient(text, from, to);
            case CANONICAL -> canonical(text, from, to);
            case LONG_AND_CANONICAL ->
                to - from < SHORTEST_GUESS || isWord(text, from, to) ? null : canonical(text, from, to);
        };
    }

    private static boolean hasEscapes(byte[] text) {
        for (byte b : text) {
            if (b == '\\') {
                return true;
            }
        }
        return false;
    }

    private static byte[] unescaped(byte[] document, Slice element) throws BadEvent {
        byte[] json = Arrays.copyOfRange(document, element.from(), element.to());
        String text = Json.read(json, parser -> Json.text(parser, "data"));
        try {
            // A NUL in an input is data; half a character would become a question mark.
            Texts.storable("data", text.replace("\0", ""));
        } catch (BadEvent halfACharacter) {
            throw new BadEvent(Failure.FIELD_INVALID, halfACharacter.detail());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Decoded, where encoding the bytes again gives the very same text; else null. */
    private static byte @Nullable [] canonical(byte[] text, int from, int to) {
        if (from == to) {
            return NOTHING;
        }
        if ((to - from) % 4 != 0 || !beginsAsBase64(text, from, to)) {
            return null;
        }
        byte[] decoded = plain(text, from, to);
        if (decoded == null || decoded.length % 3 == 0) {
            return decoded;
        }
        byte[] tail = Arrays.copyOfRange(decoded, decoded.length - decoded.length % 3, decoded.length);
        byte[] again = Base64.getEncoder().encode(tail);
        return Arrays.equals(again, 0, 4, text, to - 4, to) ? decoded : null;
    }

    /** Decoded, with line breaks, without padding, in either alphabet; null where it cannot be. */
    private static byte @Nullable [] lenient(byte[] text, int from, int to) {
        byte[] asItIs = plain(text, from, to);
        if (asItIs != null) {
            return asItIs;
        }
        byte[] bare = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            if (b != '\n' && b != '\r' && b != ' ' && b != '\t') {
                bare[length++] = b == '-' ? (byte) '+' : b == '_' ? (byte) '/' : b;
            }
        }
        return plain(bare, 0, length);
    }

    private static byte @Nullable [] plain(byte[] text, int from, int to) {
        try {
            ByteBuffer bytes = Base64.getDecoder().decode(ByteBuffer.wrap(text, from, to - from));
            return bytes.remaining() == bytes.array().length
                    ? bytes.array()
                    : Arrays.copyOf(bytes.array(), bytes.remaining());
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Saves most texts the cost of an exception. */
    private static boolean beginsAsBase64(byte[] text, int from, int to) {
        for (int i = from; i < Math.min(to, from + LOOKED_AT); i++) {
            char c = (char) (text[i] & 0xFF);
            if (!isLetterOrDigit(c) && c != '+' && c != '/' && c != '=') {
                return false;
            }
        }
        return true;
    }

    /** Small letters and digits only: a word or a hash in hexadecimal, hardly ever base64. */
    private static boolean isWord(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = text[i];
            if (!((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
