package dev.inferencestore.storage.access;

import dev.inferencestore.domain.event.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * SHA-256 of a token. A plain hash is enough, since a token is 256 random bits that nobody can try out.
 *
 * @param hex in lower case
 */
public record TokenHash(String hex) {
    private static final HexFormat HEX = HexFormat.of();

    public static TokenHash of(String token) {
        return new TokenHash(HEX.formatHex(Sha256.of(token.getBytes(StandardCharsets.UTF_8))));
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
