package dev.inferencestore.storage.usage;

/**
 * How much is stored.
 *
 * @param bytes of inputs
 */
public record Used(long records, long inputs, long bytes) {}
