package dev.inferencestore.domain.format.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What bytes are, by how they begin. A table of what models are asked about rather than a library: Apache Tika's took
 * 200 µs an input, many times what all the rest of decoding takes, and did not know NumPy's arrays.
 */
final class ContentTypes {
    static final String JSON = "application/json";
    static final String EVENT_STREAM = "text/event-stream";
    static final String TEXT = "text/plain; charset=utf-8";
    static final String UNKNOWN = "application/octet-stream";

    /** Enough to tell text from other bytes. */
    private static final int LOOKED_AT = 1024;

    private static final Magic[] TABLE = {
        new Magic("image/jpeg", 0, 0xFF, 0xD8, 0xFF),
        new Magic("image/png", 0, 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A),
        new Magic("image/gif", 0, 'G', 'I', 'F', '8'),
        new Magic("image/webp", 8, 'W', 'E', 'B', 'P').and(0, 'R', 'I', 'F', 'F'),
        new Magic("audio/wav", 8, 'W', 'A', 'V', 'E').and(0, 'R', 'I', 'F', 'F'),
        new Magic("image/tiff", 0, 'I', 'I', '*', 0),
        new Magic("image/tiff", 0, 'M', 'M', 0, '*'),
        // Two letters alone would make bitmaps of texts; four bytes of every bitmap's head are zero.
        new Magic("image/bmp", 0, 'B', 'M').and(6, 0, 0, 0, 0),
        new Magic("image/avif", 4, 'f', 't', 'y', 'p', 'a', 'v', 'i', 'f'),
        new Magic("image/heic", 4, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c'),
        new Magic("video/mp4", 4, 'f', 't', 'y', 'p'),
        new Magic("application/pdf", 0, '%', 'P', 'D', 'F', '-'),
        new Magic("application/zip", 0, 'P', 'K', 3, 4),
        new Magic("application/gzip", 0, 0x1F, 0x8B, 8),
        new Magic("application/x-npy", 0, 0x93, 'N', 'U', 'M', 'P', 'Y'),
        new Magic("audio/mpeg", 0, 'I', 'D', '3'),
        new Magic("audio/ogg", 0, 'O', 'g', 'g', 'S'),
        new Magic("audio/flac", 0, 'f', 'L', 'a', 'C'),
    };

    private ContentTypes() {}

    /** By the bytes alone. */
    static String of(byte[] bytes) {
        for (Magic magic : TABLE) {
            if (magic.matches(bytes)) {
                return magic.type;
            }
        }
        return isJson(bytes) ? JSON : isText(bytes) ? TEXT : UNKNOWN;
    }

    /**
     * Of a body that is kept as it was sent.
     *
     * @param said what the event says, which is right unless the bytes show that it is not: loggers copy a request's type
     *     to the answer, and {@code curl -d} says that every body is a form
     */
    static String ofBody(byte[] body, @Nullable String said) {
        if (said == null || said.isBlank()) {
            return of(body);
        }
        boolean saysJson = saysJson(said);
        if (isJson(body)) {
            return saysJson ? said : JSON;
        }
        return saysJson && body.length > 0 && !beginsAsJson(body) ? of(body) : said;
    }

    /** Whether a text names a type of bytes, as opposed to some other way of saying what a tensor is. */
    static boolean isMediaType(@Nullable String text) {
        int slash = text == null ? -1 : text.indexOf('/');
        return text != null
                && slash > 0
                && slash + 1 < text.length()
                && text.chars().allMatch(c -> c >= ' ' && c < 0x7F)
                && text.indexOf(' ') != 0
                && text.lastIndexOf(' ', slash) < 0;
    }

    /** Whether bytes of this type are text, so that base64 is not the only way to send them as text. */
    static boolean isTextual(String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || saysJson(type) || type.startsWith("application/xml");
    }

    static boolean saysJson(String mediaType) {
        int end = mediaType.indexOf(';');
        String media =
                (end < 0 ? mediaType : mediaType.substring(0, end)).trim().toLowerCase(Locale.ROOT);
        return media.endsWith("json");
    }

    /** Whether it begins and ends as a JSON object or array does. */
    private static boolean isJson(byte[] bytes) {
        int first = first(bytes);
        int last = bytes.length - 1;
        while (last > first && isBlank(bytes[last])) {
            last--;
        }
        return first < last
                && ((bytes[first] == '{' && bytes[last] == '}') || (bytes[first] == '[' && bytes[last] == ']'));
    }

    /** Whether it can be JSON, or was before it was cut. */
    private static boolean beginsAsJson(byte[] bytes) {
        int first = first(bytes);
        return first < bytes.length && "{[\"-0123456789tfn".indexOf(bytes[first]) >= 0;
    }

    /** Where the first byte is that is neither blank nor of a byte order mark. */
    static int first(byte[] bytes) {
        int at = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF
                ? 3
                : 0;
        while (at < bytes.length && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isText(byte[] bytes) {
        int length = Math.min(bytes.length, LOOKED_AT);
        for (int i = 0; i < length; i++) {
            if (bytes[i] >= 0 && bytes[i] < ' ' && !isBlank(bytes[i]) && bytes[i] != '\f') {
                return false;
            }
        }
        CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
        CoderResult result =
                utf8.decode(ByteBuffer.wrap(bytes, 0, length), CharBuffer.allocate(length), length == bytes.length);
        return !result.isError();
    }

    /** Bytes at a place. */
    private static final class Magic {
        private final String type;
        private final int at;
        private final byte[] bytes;
        private @Nullable Magic also;

        Magic(String type, int at, int... bytes) {
            this.type = type;
            this.at = at;
            this.bytes = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                this.bytes[i] = (byte) bytes[i];
            }
        }

        Magic and(int place, int... others) {
            also = new Magic(type, place, others);
            return this;
        }

        boolean matches(byte[] candidate) {
            int end = at + bytes.length;
            return candidate.length >= end
                    && Arrays.equals(candidate, at, end, bytes, 0, bytes.length)
                    && (also == null || also.matches(candidate));
        }
    }
}
