package dev.inferencestore.storage.record;

import dev.inferencestore.domain.event.Inference;
import dev.inferencestore.domain.event.Payload;
import dev.inferencestore.domain.event.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** SHA-256 of inputs, and over everything that a sender said of an inference. Not safe for use by several threads. */
public final class Fingerprint {
    private final MessageDigest digest = Sha256.digest();

    /** The sha256 of some bytes. */
    public byte[] of(byte[] bytes) {
        return digest.digest(bytes);
    }

    /**
     * The fingerprint of an inference; its key is not part of it.
     *
     * @param inputSha256 of its input, so that the input is read once
     */
    public byte[] of(Inference inference, byte @Nullable [] inputSha256) {
        text(inference.action());
        String reference = inference.input() == null ? null : inference.input().reference();
        if (reference == null) {
            part(inputSha256);
        } else {
            // That is what the sender said, whether or not it could be fetched.
            text(reference);
        }
        text(contentType(inference.input()));
        part(inference.output() == null ? null : inference.output().bytes());
        text(contentType(inference.output()));
        text(inference.metadata());
        text(inference.source());
        text(inference.statusCode() == null ? null : inference.statusCode().toString());
        text(
                inference.durationMicros() == null
                        ? null
                        : inference.durationMicros().toString());
        return digest.digest();
    }

    private static @Nullable String contentType(@Nullable Payload payload) {
        return payload == null ? null : payload.contentType();
    }

    private void text(@Nullable String text) {
        part(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    /** Each part with its length before it, so that no two inferences run together into the same bytes. */
    private void part(byte @Nullable [] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(bytes == null ? -1 : bytes.length)
                .array());
        if (bytes != null) {
            digest.update(bytes);
        }
    }
}
