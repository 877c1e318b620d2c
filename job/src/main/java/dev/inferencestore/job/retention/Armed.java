package dev.inferencestore.job.retention;

/**
 * Keyed state of a model: what its timer was armed by.
 *
 * @param interval milliseconds; 0 where no timer is armed
 * @param next when it fires, milliseconds since 1970
 */
public record Armed(long version, long generation, long interval, long next) {}
