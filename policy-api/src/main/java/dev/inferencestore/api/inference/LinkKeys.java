package dev.inferencestore.api.inference;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys that links are signed with: the first signs, all are taken. So a new one is put first, and the old one left
 * out once the links that it signed have ended.
 *
 * @param signing the name of the first
 * @param keys by name, 32 bytes or more each
 */
public record LinkKeys(String signing, Map<String, byte[]> keys) {
    private static final int LEAST_BYTES = 32;

    public LinkKeys {
        keys = Map.copyOf(keys);
    }

    /**
     * Reads {@code name:base64}, separated by commas.
     *
     * @throws IllegalArgumentException with the rule that is broken
     */
    public static LinkKeys parse(String text) {
        Map<String, byte[]> keys = new LinkedHashMap<>();
        for (String each : text.split(",", -1)) {
            String[] parts = each.strip().split(":", 2);
            if (parts.length != 2 || !parts[0].matches("[A-Za-z0-9_-]{1,32}")) {
                throw new IllegalArgumentException(
                        "must be name:base64, several separated by commas, with names of 1 to 32 letters, digits, _ or -");
            }
            byte[] key = decode(parts[1]);
            if (key == null || key.length < LEAST_BYTES) {
                throw new IllegalArgumentException("must have " + LEAST_BYTES
                        + " bytes or more in base64 for each key; openssl rand -base64 32 makes one");
            }
            if (keys.put(parts[0], key) != null) {
                throw new IllegalArgumentException("must name each key once");
            }
        }
        return new LinkKeys(keys.keySet().iterator().next(), keys);
    }

    /** A key of this process only: its links end with it, and no other process takes them. */
    public static LinkKeys random() {
        byte[] key = new byte[LEAST_BYTES];
        new SecureRandom().nextBytes(key);
        return new LinkKeys("process", Map.of("process", key));
    }

    private static byte @Nullable [] decode(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
