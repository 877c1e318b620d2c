package dev.inferencestore.api.inference;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes of bytes. */
final class Hashes {
    private Hashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }
}
