package dev.inferencestore.api.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.inferencestore.api.http.Json;
import dev.inferencestore.storage.inference.StoredHalf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An output in JSON: as it is where it is JSON, as a text where it is one, else in base64. Without any of them it is too
 * large to be shown here, and read at {@code …/output}; with a reason, it was not stored.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OutputView(
        @Nullable String contentType,
        @Nullable String reason,
        long size,
        @JsonRawValue @Nullable String data,
        @Nullable String dataBase64) {

    /** Null where there is none. */
    static @Nullable OutputView of(StoredHalf half) {
        if (!half.hasOutput()) {
            return null;
        }
        byte[] bytes = half.output();
        String type = half.outputContentType();
        if (half.outputOmitted() != null) {
            return new OutputView(type, half.outputOmitted(), half.outputSize(), null, null);
        }
        if (bytes == null) {
            return new OutputView(type, null, half.outputSize(), null, null);
        }
        String text = text(bytes);
        if (text == null) {
            return new OutputView(
                    type, null, half.outputSize(), null, Base64.getEncoder().encodeToString(bytes));
        }
        // What says that it is JSON and is not, or not so that everybody reads the same in it, is shown as a text.
        String data = isJson(type) && Json.isOne(bytes) ? text : Json.quoted(text);
        return new OutputView(type, null, half.outputSize(), data, null);
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String media = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return media.equals("application/json") || media.endsWith("+json");
    }
}
