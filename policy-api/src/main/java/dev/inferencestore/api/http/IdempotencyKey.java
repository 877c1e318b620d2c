package dev.inferencestore.api.http;

import dev.inferencestore.domain.event.Sha256;
import dev.inferencestore.storage.retention.RequestKey;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code Idempotency-Key}: what is asked for again under the same key by the same caller is the same task. Its
 * id follows from caller, model and key, so that nothing is kept beside the task, and nothing is forgotten while it is there.
 */
public final class IdempotencyKey {
    /** Of the header and of rules that it breaks. */
    private static final String NAME = "Idempotency-Key";

    private static final int LONGEST = 255;

    private IdempotencyKey() {}

    /**
     * The key of a call that starts a task.
     *
     * @param request all that the call asks for beside its path
     * @return null where the caller sent none
     * @throws ProblemException 422 where it breaks its rule
     */
    public static @Nullable RequestKey of(Context call, String modelId, String request) {
        List<String> sent = Collections.list(call.req().getHeaders(NAME));
        if (sent.isEmpty()) {
            return null;
        }
        String key = sent.get(0);
        if (sent.size() > 1 || key.isEmpty() || key.length() > LONGEST || !isPrintable(key)) {
            throw ProblemException.invalid(List.of(
                    new FieldError(NAME, "must be one text of 1 to " + LONGEST + " printable ASCII characters")));
        }
        byte[] identity = sha256(Caller.of(call) + "\n" + modelId + "\n" + key);
        return new RequestKey(uuid(identity), sha256(call.method() + " " + call.path() + "\n" + request));
    }

    /** Says on the answer that what it shows was there before. */
    public static void answer(Context call, boolean replayed) {
        if (replayed) {
            call.header("Idempotency-Replayed", "true");
        }
    }

    private static boolean isPrintable(String key) {
        return key.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Of version 8: the specification's own for whoever makes them by a hash of their choice. */
    private static String uuid(byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        long high = (bytes.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (bytes.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private static byte[] sha256(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
