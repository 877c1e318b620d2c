package dev.inferencestore.api.inference;

import java.time.Instant;

/** A signed address of an input, which is taken without a token. */
record Link(String url, Instant expiresAt) {}
