package dev.inferencestore.domain.wire;

import dev.inferencestore.domain.failure.BadEvent;
import dev.inferencestore.domain.failure.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Checks on text that is to be stored. */
public final class Texts {
    private Texts() {}

    /** The text, where it fits and PostgreSQL takes it. */
    public static String check(String field, String text, int most) throws BadEvent {
        storable(field, text);
        if (bytes(text) > most) {
            throw new BadEvent(
                    Failure.FIELD_TOO_LONG, field + " has " + bytes(text) + " bytes in UTF-8; the most is " + most);
        }
        return text;
    }

    public static @Nullable String checkOptional(String field, @Nullable String text, int most) throws BadEvent {
        return text == null ? null : check(field, text, most);
    }

    /** Refuses what no text column and no JSON column can hold. */
    public static void storable(String field, String text) throws BadEvent {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new BadEvent(Failure.TEXT_INVALID, field + " holds a NUL character");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new BadEvent(Failure.TEXT_INVALID, field + " holds half of a surrogate pair");
                }
                i++;
            }
        }
    }

    /** The text of bytes that must be UTF-8: what is not would be stored as something else than was sent. */
    public static String utf8(String field, byte[] bytes, int from, int to) throws BadEvent {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new BadEvent(Failure.TEXT_INVALID, field + " is not UTF-8");
        }
    }

    private static int bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
