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
 */
record Figures(
        Map<String, Long> stored, Map<String, Long> turnedAway, long deadLetters, long inputBytes, long objects) {

    Figures {
        stored = new TreeMap<>(stored);
        turnedAway = new TreeMap<>(turnedAway);
    }
}
