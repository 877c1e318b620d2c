package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/** Bytes as the sender sent them, and what the sender says they are. */
public record Payload(@Nullable String contentType, byte[] bytes) {}
