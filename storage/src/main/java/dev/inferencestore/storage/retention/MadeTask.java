package dev.inferencestore.storage.retention;

/**
 * A task that was asked for.
 *
 * @param replayed whether it was there already, made by the same request; it is as it is now
 */
public record MadeTask(Task task, boolean replayed) {}
