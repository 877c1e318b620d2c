package dev.inferencestore.storage.outbox;

/**
 * A message that is committed and not yet known to be published.
 *
 * @param id by which entries are in order
 * @param message what is published, as JSON
 */
public record OutboxEntry(long id, String modelId, String message) {}
