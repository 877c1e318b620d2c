package dev.inferencestore.api.access;

import java.security.SecureRandom;
import java.util.Base64;

/** The text of an API token: a prefix that people and scanners of secrets recognise, and 256 random bits. */
final class TokenText {
    static final String PREFIX = "ist_";

    private static final int BYTES = 32;
    private static final int HINT = PREFIX.length() + 4;
    private static final int LENGTH = PREFIX.length() + 43;
    private static final SecureRandom RANDOM = new SecureRandom();

    private TokenText() {}

    static String random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Its first characters: enough to tell tokens apart, and too few to help with guessing. */
    static String hint(String token) {
        return token.substring(0, HINT);
    }

    /** Whether a text can be such a token. */
    static boolean isOne(String text) {
        return text.startsWith(PREFIX) && text.length() == LENGTH;
    }
}
