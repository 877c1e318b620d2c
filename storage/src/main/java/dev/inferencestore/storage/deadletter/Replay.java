package dev.inferencestore.storage.deadletter;

import java.time.Instant;

/**
 * When an event was last replayed.
 *
 * @param by who asked for it
 * @param bytesFrom {@code letter}, or {@code topic} where the letter was cut and the event's own topic still had all of it
 * @param times how often it was replayed
 */
public record Replay(Instant at, String by, String bytesFrom, int times) {}
