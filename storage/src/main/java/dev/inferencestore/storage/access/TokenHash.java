package dev.inferencestore.storage.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of a token. A plain hash is enough, since a token is 256 random bits that nobody can try out.
 *
 * @param hex in lower case
 */
public record TokenHash(String hex) {
    private static final HexFormat HEX = HexFormat.of();

    public static TokenHash of(String token) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return new TokenHash(HEX.formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    /** Whether both are the same; takes as long where they are not. */
    public boolean matches(TokenHash other) {
        return MessageDigest.isEqual(bytes(), other.bytes());
    }

    static TokenHash ofBytes(byte[] bytes) {
        return new TokenHash(HEX.formatHex(bytes));
    }

    byte[] bytes() {
        return HEX.parseHex(hex);
    }
}
