package dev.inferencestore.local.demo;

import java.util.Map;
import java.util.TreeMap;

/**
 * How far the store is.
 *
 * @param stored records by model
 * @param turnedAway events by reason
 * @param inputBytes of all inputs that are stored
 * @param objects that hold them in S3
 * @param expired what the retention policies have let go
 */
record Figures(
        Map<String, Long> stored,
        Map<String, Long> turnedAway,
        long deadLetters,
        long inputBytes,
        long objects,
        Expired expired) {

    /**
     * What has expired.
     *
     * @param records removed for good
     * @param inputs removed for good
     * @param hidden records that are hidden and can still be restored
     */
    record Expired(long records, long inputs, long hidden) {
        static final Expired NONE = new Expired(0, 0, 0);
    }

    Figures {
        stored = new TreeMap<>(stored);
        turnedAway = new TreeMap<>(turnedAway);
    }
}
