package dev.inferencestore.storage.retention;

/**
 * By which a request that comes again is known.
 *
 * @param taskId of the task that it makes, which follows from who asks, the model and the key
 * @param requestHash over all that it asks for: the same key with another one is refused
 */
public record RequestKey(String taskId, byte[] requestHash) {}
