package dev.inferencestore.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a request body that must be one JSON object of bounded size. */
public final class Body {
    private static final Logger LOG = LoggerFactory.getLogger(Body.class);
    /** Any charset but UTF-8. */
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*(?!\"?utf-?8\"?\\s*(;|$))", Pattern.CASE_INSENSITIVE);

    private static final int READ_AWAY = 8 * 1024 * 1024;

    private final int most;
    private final String advice;

    /** Reads bodies up to this many bytes. */
    public Body(long most) {
        this(most, "");
    }

    /**
     * Reads bodies up to this many bytes.
     *
     * @param advice what to do about one that is larger, said after the number
     */
    public Body(long most, String advice) {
        this.most = Math.toIntExact(most);
        this.advice = advice;
    }

    /**
     * The fields of the body.
     *
     * @throws ProblemException 413, 415, or 400 where it is not one JSON object
     */
    public Fields read(Context call) {
        return new Fields(readObject(call));
    }

    /**
     * The body, for who reads its fields otherwise.
     *
     * @throws ProblemException 413, 415, or 400 where it is not one JSON object
     */
    public ObjectNode readObject(Context call) {
        checkMediaType(call.req().getContentType(), call.header("Content-Encoding"));
        return object(bytes(call));
    }

    /**
     * Checks the body of a call that takes no fields: nothing, or an object without fields.
     *
     * @throws ProblemException 413, 415, 422, or 400 where it is something else
     */
    public void readNothing(Context call) {
        byte[] bytes = bytes(call);
        if (bytes.length > 0) {
            checkMediaType(call.req().getContentType(), call.header("Content-Encoding"));
            new Fields(object(bytes)).done();
        }
    }

    private static ObjectNode object(byte[] bytes) {
        try {
            JsonNode json = Json.MAPPER.readTree(text(bytes));
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw ProblemException.of(ProblemKind.UNREADABLE, "the body must be a JSON object");
        } catch (JsonProcessingException notJson) {
            var at = notJson.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw ProblemException.of(
                    ProblemKind.UNREADABLE, "the body is not JSON: " + notJson.getOriginalMessage() + where);
        } catch (IOException notReadable) {
            throw ProblemException.of(ProblemKind.UNREADABLE, "the body is not UTF-8 text");
        }
    }

    /** Given bytes, the mapper would guess, and take UTF-16 and UTF-32 as well. A mark at the beginning is passed over. */
    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = Utf8.text(bytes);
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    /**
     * The body as it was sent.
     *
     * @throws ProblemException 413, or 400 where it ends early
     */
    public byte[] bytes(Context call) {
        try {
            if (call.req().getContentLengthLong() <= most) {
                byte[] bytes = call.req().getInputStream().readNBytes(most + 1);
                if (bytes.length <= most) {
                    return bytes;
                }
            }
        } catch (IOException broken) {
            throw ProblemException.of(ProblemKind.UNREADABLE, "the body ended early");
        }
        readAway(call);
        throw ProblemException.of(ProblemKind.TOO_LARGE, "the body must be at most " + most + " bytes" + advice);
    }

    /** A sender that is cut off in the middle of its body may never see the answer, so some more of it is taken. */
    private static void readAway(Context call) {
        byte[] part = new byte[64 * 1024];
        try {
            InputStream body = call.req().getInputStream();
            for (int left = READ_AWAY; left > 0; ) {
                int read = body.read(part, 0, Math.min(part.length, left));
                if (read < 0) {
                    return;
                }
                left -= read;
            }
        } catch (IOException broken) {
            LOG.debug("a body that is too large ended early", broken);
        }
    }

    private static void checkMediaType(@Nullable String mediaType, @Nullable String encoding) {
        String type = mediaType == null
                ? "application/json"
                : mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !(type.startsWith("application/") && type.endsWith("+json"))) {
            throw ProblemException.of(
                    ProblemKind.UNSUPPORTED_MEDIA_TYPE,
                    "the body is '" + type + "': send JSON with the header 'Content-Type: application/json'");
        }
        if (mediaType != null && CHARSET.matcher(mediaType).find()) {
            throw ProblemException.of(
                    ProblemKind.UNSUPPORTED_MEDIA_TYPE, "the body is '" + mediaType + "': send it as UTF-8");
        }
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw ProblemException.of(
                    ProblemKind.UNSUPPORTED_MEDIA_TYPE, "the body is encoded as '" + encoding + "': send it as it is");
        }
    }
}
