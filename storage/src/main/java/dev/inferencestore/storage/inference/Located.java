package dev.inferencestore.storage.inference;

/**
 * Where the bytes of an input or an output are.
 *
 * @param key of the object
 * @param from the first byte in that object
 * @param size how many bytes
 */
public record Located(String key, long from, long size) {}
