package dev.inferencestore.domain.event;

import org.jspecify.annotations.Nullable;

/**
 * What is still said of bytes that are not stored.
 *
 * @param size in bytes; negative where it is not known
 * @param sha256 null where it is not known
 */
public record Omitted(Omission reason, long size, byte @Nullable [] sha256) {}
