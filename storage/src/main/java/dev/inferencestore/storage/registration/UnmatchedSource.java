package dev.inferencestore.storage.registration;

import java.time.Instant;

/** A name that events carry and no model claims. */
public record UnmatchedSource(String name, String topic, long count, Instant firstSeen, Instant lastSeen) {}
