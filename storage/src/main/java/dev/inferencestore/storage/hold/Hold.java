package dev.inferencestore.storage.hold;

import java.time.Instant;

/** A hold in force, on whose word and since when. */
public record Hold(String modelId, String holdId, String reason, HoldScope scope, String placedBy, Instant placedAt) {}
