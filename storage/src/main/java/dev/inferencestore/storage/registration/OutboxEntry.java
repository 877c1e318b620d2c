package dev.inferencestore.storage.registration;

/**
 * A control record that is committed and not yet known to be published.
 *
 * @param record the control record as JSON
 */
public record OutboxEntry(long version, String modelId, String record) {}
