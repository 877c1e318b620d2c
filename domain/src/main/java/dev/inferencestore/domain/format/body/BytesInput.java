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

    /**
     * What was sent.
     *
     * @param element where it stands, quotes and all
     * @param contentType the parameter {@code content_type}: {@code str}, {@code base64} or a type of bytes
     * @param ofPlatform whether the parameters are those of the platform that sends all bytes in base64
     */
    static Payload of(byte[] document, Slice element, @Nullable String contentType, boolean ofPlatform)
            throws BadEvent {
        byte[] text = text(document, element);
        String mediaType = ContentTypes.isMediaType(contentType) ? contentType : null;
        byte[] decoded;
        if ("str".equals(contentType)) {
            decoded = null;
        } else if ("base64".equals(contentType) || (mediaType != null && !ContentTypes.isTextual(mediaType))) {
            decoded = lenient(text);
        } else if (ofPlatform) {
            decoded = canonical(text);
        } else {
            decoded = mediaType == null && text.length >= SHORTEST_GUESS && !isWord(text) ? canonical(text) : null;
        }
        String type = decoded == null ? ContentTypes.TEXT : ContentTypes.of(decoded);
        return new Payload(mediaType == null ? type : mediaType, decoded == null ? text : decoded);
    }

    private static byte[] text(byte[] document, Slice element) throws BadEvent {
        byte[] text = Arrays.copyOfRange(document, element.from() + 1, element.to() - 1);
        for (byte b : text) {
            if (b == '\\') {
                return unescaped(Arrays.copyOfRange(document, element.from(), element.to()));
            }
        }
        return text;
    }

    private static byte[] unescaped(byte[] json) throws BadEvent {
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
    private static byte @Nullable [] canonical(byte[] text) {
        int length = text.length;
        if (length == 0) {
            return NOTHING;
        }
        if (length % 4 != 0 || !beginsAsBase64(text)) {
            return null;
        }
        byte[] decoded = decoded(text);
        if (decoded == null || decoded.length % 3 == 0) {
            return decoded;
        }
        byte[] tail = Arrays.copyOfRange(decoded, decoded.length - decoded.length % 3, decoded.length);
        byte[] again = Base64.getEncoder().encode(tail);
        return Arrays.equals(again, 0, 4, text, length - 4, length) ? decoded : null;
    }

    /** Decoded, with line breaks, without padding, in either alphabet; null where it cannot be. */
    private static byte @Nullable [] lenient(byte[] text) {
        byte[] bare = new byte[text.length];
        int length = 0;
        for (byte b : text) {
            if (b != '\n' && b != '\r' && b != ' ' && b != '\t') {
                bare[length++] = b == '-' ? (byte) '+' : b == '_' ? (byte) '/' : b;
            }
        }
        return decoded(length == text.length ? bare : Arrays.copyOf(bare, length));
    }

    private static byte @Nullable [] decoded(byte[] text) {
        try {
            ByteBuffer bytes = Base64.getDecoder().decode(ByteBuffer.wrap(text));
            return bytes.remaining() == bytes.array().length
                    ? bytes.array()
                    : Arrays.copyOf(bytes.array(), bytes.remaining());
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Saves most texts the cost of an exception. */
    private static boolean beginsAsBase64(byte[] text) {
        for (int i = 0; i < Math.min(text.length, LOOKED_AT); i++) {
            char c = (char) (text[i] & 0xFF);
            if (!isLetterOrDigit(c) && c != '+' && c != '/' && c != '=') {
                return false;
            }
        }
        return true;
    }

    /** Small letters and digits only: a word or a hash in hexadecimal, hardly ever base64. */
    private static boolean isWord(byte[] text) {
        for (byte b : text) {
            if (!((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Whether the payload says all that the parameter said. */
    static boolean isApplied(String contentType) {
        return contentType.equals("str") || contentType.equals("base64") || ContentTypes.isMediaType(contentType);
    }
}
