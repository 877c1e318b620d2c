package dev.inferencestore.storage.replay;

/**
 * A replay that was asked for.
 *
 * @param replayed whether it was there already, made by the same request; it is as it is now
 */
public record MadeReplay(ReplayRun run, boolean replayed) {}
