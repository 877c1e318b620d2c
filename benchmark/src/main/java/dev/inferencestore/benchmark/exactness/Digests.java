package dev.inferencestore.benchmark.exactness;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** SHA-256. */
final class Digests {
    private Digests() {}

    /** Of a key and a value, each with its length before it, as text. */
    static String of(byte @Nullable [] key, byte @Nullable [] value) {
        MessageDigest digest = sha256();
        for (byte[] part : new byte[][] {key == null ? new byte[0] : key, value == null ? new byte[0] : value}) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            digest.update(part);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static byte[] of(byte[] bytes) {
        return sha256().digest(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
